package io.davit.core.recovery;

import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.Node;
import io.davit.core.operation.ReleaseNetwork;
import io.davit.core.store.HeldNetwork;
import io.davit.core.store.SandboxRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the pod network: takes down what could not be taken down, asks the plugins how they are, lets them collect
 * once what no sandbox has, and checks from time to time that pods still have what they were given.
 */
public final class NetworkCare {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkCare.class);

    private static final Duration RETRY_FIRST = Duration.ofSeconds(10);
    private static final Duration RETRY_MAX = Duration.ofMinutes(5);

    /** A check runs every plugin of every pod. */
    private static final Duration CHECK_PERIOD = Duration.ofMinutes(10);

    private final Node node;
    private final ReleaseNetwork releaseNetwork;
    private final WorkOff workOff = new WorkOff();
    private final Map<SandboxId, Pace> paces = new ConcurrentHashMap<>();

    private final AtomicBoolean collected = new AtomicBoolean();

    // The reconciler's thread's.
    private Instant checkedAt = Instant.MIN;

    /** When to try again, and how long to wait after that. */
    private record Pace(Instant next, Duration pause) {
        Pace slower(Instant now) {
            Duration doubled = pause.multipliedBy(2);
            Duration longer = doubled.compareTo(RETRY_MAX) < 0 ? doubled : RETRY_MAX;
            return new Pace(now.plus(pause), longer);
        }
    }

    public NetworkCare(Node node, ReleaseNetwork releaseNetwork) {
        this.node = node;
        this.releaseNetwork = releaseNetwork;
    }

    /** One look at everything; what takes long goes on by itself. */
    void pass() {
        if (!node.backends().needPodNetwork()) return;
        Instant now = node.clock().instant();
        workOff.begin("the state of the pod network", node.networks()::askStatus);
        if (!collected.get()) workOff.begin("what the pod network holds for nobody", this::collect);
        node.store().heldNetworks().stream()
                .filter(held -> !now.isBefore(pace(held.id(), now).next()))
                .forEach(held -> workOff.begin("the network of " + held.id(), () -> retry(held)));
        if (checkedAt.isBefore(now.minus(CHECK_PERIOD))) {
            checkedAt = now;
            workOff.begin("the networks of all pods", this::checkAll);
        }
    }

    private Pace pace(SandboxId id, Instant now) {
        return paces.getOrDefault(id, new Pace(now, RETRY_FIRST));
    }

    private void retry(HeldNetwork held) {
        try {
            releaseNetwork.retry(held);
            paces.remove(held.id());
        } catch (Fault fault) {
            paces.compute(
                    held.id(),
                    (id, _) ->
                            pace(id, node.clock().instant()).slower(node.clock().instant()));
            throw fault;
        }
    }

    /**
     * Once per life of the daemon: what is lost is lost by a crash or by hand, and both end with a new start. After one of
     * the node the network's own pods bring its configuration, so that it can be a while until there is something to ask.
     */
    private void collect() {
        if (node.networks().trouble().isEmpty() && collected.compareAndSet(false, true)) releaseNetwork.collect();
    }

    private void checkAll() {
        for (SandboxRecord record : node.store().allSandboxes()) {
            if (record.state().phase() == SandboxPhase.READY) record.network().ifPresent(_ -> check(record));
        }
    }

    private void check(SandboxRecord record) {
        try {
            node.networks().check(record.spec(), record.network().orElseThrow());
        } catch (Fault fault) {
            if (!isReady(record.id())) return; // it was taken down meanwhile
            LOG.warn(
                    "the network of pod sandbox {} ({}) is not as it was made; delete the pod to have it made anew: {}",
                    record.id(),
                    record.spec().name(),
                    fault.kind().text());
        }
    }

    private boolean isReady(SandboxId id) {
        return node.store()
                .find(id)
                .filter(record -> record.state().phase() == SandboxPhase.READY)
                .isPresent();
    }
}
