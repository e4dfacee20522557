package io.davit.backend.oci.registry;

import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.util.Map;
import java.util.Optional;

/**
 * {@code HEAD /v2/NAME/manifests/REFERENCE}: which digest a tag has now (distribution-spec, end-2). Registries limit and
 * bill the GET, not the HEAD.
 */
final class ManifestHeadEndpoint implements Endpoint<Optional<Digest>> {
    private final String reference;

    ManifestHeadEndpoint(String reference) {
        this.reference = reference;
    }

    @Override
    public String method() {
        return "HEAD";
    }

    @Override
    public String path() {
        return "manifests/" + reference;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Accept", ManifestEndpoint.ACCEPTED);
    }

    /** Empty if the registry does not say; it need not. */
    @Override
    public Optional<Digest> read(Response response) {
        try {
            return response.header("Docker-Content-Digest").map(Digest::parse);
        } catch (Fault _) {
            // A malformed header: the GET that follows computes the digest itself.
            return Optional.empty();
        }
    }

    /** Some registries know no HEAD, and its answer has no words: the GET that follows tells what is wrong. */
    @Override
    public Optional<Optional<Digest>> refused() {
        return Optional.of(Optional.empty());
    }

    @Override
    public String subject() {
        return "manifest " + reference;
    }
}
