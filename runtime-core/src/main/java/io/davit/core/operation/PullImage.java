package io.davit.core.operation;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.ImageSpec;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.observe.Meter;
import io.davit.core.spi.PullRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings an image to this node. Equal pulls are one; it stops when nobody waits for it any more. */
public final class PullImage {
    private static final Logger LOG = LoggerFactory.getLogger(PullImage.class);

    private final Node node;
    private final Meter meter;
    private final InFlight<PullRequest, ImageId> inFlight;

    public PullImage(Node node, Meter meter) {
        this.node = node;
        this.meter = meter;
        this.inFlight = new InFlight<>("PullImage", InFlight.WhenAbandoned.INTERRUPT, _ -> false, node.clock());
    }

    /**
     * Brings the image; one with a short name from the first of the configured registries that has it.
     *
     * @throws Fault InvalidRequest if it is no reference or the handler is unknown; else as the backend says
     */
    public ImageId run(ImageSpec image, Credentials credentials, Caller caller) {
        List<Backends.Named> stores = node.backends().forImages(image.runtimeHandler());
        List<Fault> failures = new ArrayList<>();
        List<ImageReference> meant = node.names().meant(image.image());
        for (ImageReference reference : meant) {
            Credentials proof = meant.size() == 1 || areFor(reference, image, credentials)
                    ? credentials
                    : new Credentials.Anonymous();
            try {
                PullRequest request = new PullRequest(reference, proof, image.runtimeHandler());
                return inFlight.call(request, caller, stage -> pull(request, stores, stage));
            } catch (Fault e) {
                if (!mayBeElsewhere(e)) throw e;
                failures.add(e);
            }
        }
        throw told(failures);
    }

    /**
     * Whether one of several registries may see the credentials. Those that name no registry are for the one that the
     * kubelet completes a short name with, as Docker does (kubernetes pkg/util/parsers): no other one must learn them.
     */
    private static boolean areFor(ImageReference reference, ImageSpec image, Credentials credentials) {
        String server = credentials.serverAddress();
        return server.isEmpty()
                ? reference.equals(ImageReference.parse(image.image()))
                : Credentials.isOf(reference.registry(), server);
    }

    private ImageId pull(PullRequest request, List<Backends.Named> stores, InFlight.Stage stage) {
        List<ImageId> ids = new ArrayList<>();
        for (Backends.Named store : stores) {
            stage.enter("pulling " + request.reference() + " into " + store.name());
            Image image = pull(request, store);
            LOG.info("image {} pulled into {}: {}", request.reference(), store.name(), image.id());
            ids.add(image.id());
        }
        return ids.getFirst();
    }

    private Image pull(PullRequest request, Backends.Named store) {
        Meter.Pull measured = meter.pullBegins(store.name());
        try {
            Image image = store.backend().images().pull(request);
            measured.ended(Optional.empty());
            return image;
        } catch (Fault e) {
            measured.ended(Optional.of(e));
            throw e;
        } catch (RuntimeException | Error bug) {
            measured.ended(Optional.of(Fault.failed("pull " + request.reference(), bug)));
            throw bug;
        }
    }

    /**
     * Whether the next registry may be asked for a short name. Registries say "denied" for what they do not have. One that
     * does not answer ends the search: what lies elsewhere under the same name may be something else.
     */
    private static boolean mayBeElsewhere(Fault fault) {
        return switch (fault.kind()) {
            case Fault.Kind.Absent _, Fault.Kind.Refused _, Fault.Kind.Failed _ -> true;
            case Fault.Kind.Cancelled _,
                    Fault.Kind.Conflict _,
                    Fault.Kind.CorruptRecord _,
                    Fault.Kind.Exhausted _,
                    Fault.Kind.InvalidRequest _,
                    Fault.Kind.KubeletReason _,
                    Fault.Kind.TimedOut _,
                    Fault.Kind.Unreachable _,
                    Fault.Kind.Unsupported _ -> false;
        };
    }

    /** One failure for all: that it is nowhere only if everybody said so. */
    private static Fault told(List<Fault> failures) {
        if (failures.size() == 1) return failures.getFirst();
        String all = failures.stream().map(Fault::getMessage).collect(Collectors.joining("; "));
        boolean absent = failures.stream().allMatch(fault -> fault.kind() instanceof Fault.Kind.Absent);
        Fault.Kind kind = absent
                ? new Fault.Kind.Absent("an image of this name", all)
                : new Fault.Kind.Failed("find an image of this name", all);
        Fault fault = new Fault(kind, failures.getFirst());
        failures.stream().skip(1).forEach(fault::addSuppressed);
        return fault;
    }
}
