package io.davit.backend.docker.observe;

import io.davit.backend.docker.container.ContainerSightings;
import io.davit.backend.docker.engine.ContainerState;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.HostFiles;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.image.DockerImages;
import io.davit.backend.docker.usage.Meter;
import io.davit.backend.docker.wire.Answer;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the daemon has of ours. Its events are hints: each makes us look at what it is about, and after each loss of the
 * stream everything is looked at, for the daemon keeps no more than the last 256 events, and none across its restart.
 */
public final class DockerObserver implements Observer {
    private static final Logger LOG = System.getLogger("io.davit.backend.docker");
    private static final String FILTERS = """
        {"type":["container","image"],"event":["die","tag","untag","delete","pull","load","import"]}\
        """;
    /** Replays what happened while the stream was opened. */
    private static final Duration OVERLAP = Duration.ofSeconds(2);

    private final Daemon daemon;
    private final Names names;
    private final ContainerSightings containers;
    private final DockerImages images;
    private final Meter meter;
    private final Path pods;
    private final Clock clock;

    /** @param pods directory of all pods' files */
    public DockerObserver(
            Daemon daemon,
            Names names,
            ContainerSightings containers,
            DockerImages images,
            Meter meter,
            Path pods,
            Clock clock) {
        this.daemon = daemon;
        this.names = names;
        this.containers = containers;
        this.images = images;
        this.meter = meter;
        this.pods = pods;
        this.clock = clock;
    }

    @Override
    public List<Sighting> sightings() {
        // The core asks for them at its start, and when the daemon is back after it was away.
        daemon.settleAgain();
        List<Sighting> all = new ArrayList<>();
        Set<String> seenPods = new HashSet<>();
        for (var listed : daemon.look(
                "list containers",
                client -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(names.ownerFilter()))
                        .exec())) {
            Map<String, String> labels = listed.getLabels();
            String id = String.valueOf(labels.get(Names.ID));
            if (Names.KIND_SANDBOX.equals(labels.get(Names.KIND))) {
                seenPods.add(id);
                sandbox(new SandboxId(id)).ifPresent(all::add);
            } else {
                sighting(new ContainerId(id)).ifPresent(all::add);
            }
        }
        // What a crash left before its container was made, or after it was removed.
        for (String id : HostFiles.names(pods)) {
            if (seenPods.add(id)) all.add(new Sighting.DeadSandbox(new SandboxId(id), clock.instant()));
        }
        return all;
    }

    private Optional<Sighting> sandbox(SandboxId id) {
        return ContainerState.of(daemon, Names.of(id))
                .map(state -> state.phase() == ContainerState.Phase.RUNNING
                        ? new Sighting.LiveSandbox(id)
                        : new Sighting.DeadSandbox(id, state.finishedAt().orElseGet(clock::instant)));
    }

    @Override
    public Optional<Sighting.OfContainer> sighting(ContainerId id) {
        return containers.look(id);
    }

    @Override
    public Optional<Usage.OfContainer> containerUsage(ContainerId id) {
        return meter.container(id);
    }

    @Override
    public Optional<Usage.OfSandbox> sandboxUsage(SandboxSpec spec) {
        return meter.sandbox(spec);
    }

    @Override
    public void watch(Consumer<Sighting> sink) throws InterruptedException {
        long since = clock.instant().minus(OVERLAP).getEpochSecond();
        String path = "/events?since=" + since + "&filters=" + URLEncoder.encode(FILTERS, StandardCharsets.UTF_8);
        try (Answer events = daemon.stream("watch the Docker daemon", path)) {
            // Images change without us, too; what changed before the stream was open is seen now.
            images.refresh();
            BufferedReader lines = new BufferedReader(new InputStreamReader(events.getBody(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Event.parse(line).ifPresent(event -> hand(event, sink));
            }
            throw lost("it has closed the stream of its events");
        } catch (IOException e) {
            if (Thread.interrupted()) throw new InterruptedException();
            throw lost(Fault.reason(e));
        } catch (Fault e) {
            if (e.kind() instanceof Fault.Kind.Cancelled && Thread.interrupted()) throw new InterruptedException();
            throw e;
        }
    }

    private static Fault lost(String why) {
        return new Fault(new Fault.Kind.Unreachable("the Docker daemon", why));
    }

    /**
     * On a thread of its own: the end of a loud container is told when the rest of its log was copied, and that of the
     * others must not wait for it.
     */
    private void hand(Event event, Consumer<Sighting> sink) {
        switch (event) {
            case Event.ImagesChanged _ -> lookAtImages();
            case Event.Ended ended -> {
                if (!ended.owner().equals(names.owner())) return;
                var _ = Thread.ofVirtual().name("docker-end-" + ended.id()).start(() -> told(ended, sink));
            }
        }
    }

    private void lookAtImages() {
        try {
            images.refresh();
        } catch (Fault fault) {
            // One image that cannot be looked at must not end the watch.
            if (fault.kind() instanceof Fault.Kind.Unreachable || fault.kind() instanceof Fault.Kind.Cancelled) {
                throw fault;
            }
            LOG.log(Level.WARNING, fault.getMessage());
        }
    }

    private void told(Event.Ended ended, Consumer<Sighting> sink) {
        try {
            if (ended.kind().equals(Names.KIND_SANDBOX))
                sandbox(new SandboxId(ended.id())).ifPresent(sink);
            else sighting(new ContainerId(ended.id())).ifPresent(sink);
        } catch (RuntimeException e) {
            // The watch goes on, or has ended by itself; either way everything is looked at again, only later.
            LOG.log(Level.WARNING, "the end of " + ended.id() + " could not be looked at: " + Fault.reason(e));
        }
    }
}
