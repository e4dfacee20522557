package io.davit.backend.oci.registry;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.content.ImageSource;
import io.davit.backend.oci.content.PartialBlob;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repository, wherever it can be fetched from: mirrors in their order, then the registry itself. What is fetched by
 * digest is verified. Thread-safe.
 */
public final class RegistryClient implements ImageSource {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);

    private final List<RegistryCalls> sources;

    RegistryClient(List<RegistryCalls> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public Optional<Digest> digestOf(String tag) {
        return anywhere(calls -> calls.call(new ManifestHeadEndpoint(tag)));
    }

    @Override
    public FetchedManifest manifest(String tag) {
        ManifestEndpoint.Answer answer = anywhere(calls -> calls.call(new ManifestEndpoint(tag)));
        return new FetchedManifest(DigestFunction.sha256(answer.body()), answer.body(), answer.mediaType());
    }

    @Override
    public FetchedManifest manifest(Digest digest) {
        return anywhere(calls -> {
            ManifestEndpoint.Answer answer = calls.call(new ManifestEndpoint(digest.toString()));
            verify("manifest", digest, answer.body(), calls);
            return new FetchedManifest(digest, answer.body(), answer.mediaType());
        });
    }

    @Override
    public byte[] smallBlob(Digest digest, int bytesMax) {
        return anywhere(calls -> {
            byte[] data = calls.call(new SmallBlobEndpoint(digest, bytesMax));
            verify("blob", digest, data, calls);
            return data;
        });
    }

    @Override
    public Optional<byte[]> referrers(Digest manifest) {
        try {
            return Optional.of(anywhere(calls -> calls.call(new ReferrersEndpoint(manifest))));
        } catch (Fault e) {
            // 404 is the answer of a registry that keeps none, as the specification has it; others say 400 or 405.
            if (e.kind() instanceof Fault.Kind.Absent || e.kind() instanceof Fault.Kind.Failed) return Optional.empty();
            throw e;
        }
    }

    @Override
    public void blob(Digest digest, PartialBlob blob) {
        if (blob.writtenBytes() == blob.sizeBytes()) {
            blob.finish();
            return;
        }
        anywhere(
                calls -> {
                    try {
                        return calls.call(new BlobEndpoint(digest, blob));
                    } catch (Fault fault) {
                        throw named(fault, calls);
                    }
                },
                // What was damaged is gone, and with it whatever was made of it: another source starts anew.
                () -> !blob.isDamaged());
    }

    @Override
    public Optional<ImageSource> origin() {
        return sources.size() == 1 ? Optional.empty() : Optional.of(new RegistryClient(List.of(sources.getLast())));
    }

    /** The content store, which finds out that bytes are damaged, does not know whose they are. */
    private static Fault named(Fault fault, RegistryCalls calls) {
        String host = calls.host().toString();
        if (!(fault.kind() instanceof Fault.Kind.Failed(String doing, String why))) return fault;
        if (doing.contains(host) || why.contains(host)) return fault;
        return new Fault(new Fault.Kind.Failed(doing + " from " + host, why), fault);
    }

    private static void verify(String what, Digest digest, byte[] data, RegistryCalls calls) {
        DigestFunction function = DigestFunction.of(digest);
        function.update(data, 0, data.length);
        Digest actual = function.finish();
        if (actual.equals(digest)) return;
        throw Fault.failed(
                "fetch the " + what + " " + digest,
                calls.host() + " sends content with the digest " + actual
                        + "; the registry, or something between it and this node, damages it");
    }

    private <T> T anywhere(Function<RegistryCalls, T> fetch) {
        return anywhere(fetch, () -> true);
    }

    private <T> T anywhere(Function<RegistryCalls, T> fetch, BooleanSupplier goOn) {
        List<Fault> failures = new ArrayList<>();
        for (RegistryCalls source : sources) {
            try {
                return fetch.apply(source);
            } catch (Fault e) {
                if (!isOfTheSource(e) || !goOn.getAsBoolean()) throw e;
                failures.add(e);
                if (source != sources.getLast()) LOG.info("the next source is tried: {}", e.getMessage());
            }
        }
        throw explained(failures);
    }

    // A full disk or a client that left will be the same with every other source.
    private static boolean isOfTheSource(Fault fault) {
        return switch (fault.kind()) {
            case Fault.Kind.Exhausted _, Fault.Kind.Cancelled _ -> false;
            case Fault.Kind.Absent _,
                    Fault.Kind.Conflict _,
                    Fault.Kind.InvalidRequest _,
                    Fault.Kind.Refused _,
                    Fault.Kind.Unsupported _,
                    Fault.Kind.Unreachable _,
                    Fault.Kind.TimedOut _,
                    Fault.Kind.KubeletReason _,
                    Fault.Kind.CorruptRecord _,
                    Fault.Kind.Failed _ -> true;
        };
    }

    // The registry's own answer counts; what mirrors said is kept for whoever prints the trace.
    private static Fault explained(List<Fault> failures) {
        Fault last = failures.removeLast();
        failures.forEach(last::addSuppressed);
        return last;
    }
}
