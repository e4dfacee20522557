package io.davit.backend.oci.registry;

import io.davit.core.domain.Digest;
import java.io.IOException;
import java.util.Map;

/** {@code GET /v2/NAME/referrers/DIGEST}: an index of what has a manifest as its subject (distribution-spec, end-12a). */
final class ReferrersEndpoint implements Endpoint<byte[]> {
    private final Digest subject;

    ReferrersEndpoint(Digest subject) {
        this.subject = subject;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "referrers/" + subject;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Accept", "application/vnd.oci.image.index.v1+json");
    }

    @Override
    public byte[] read(Response response) throws IOException {
        return response.readAll(ManifestEndpoint.MANIFEST_BYTES_MAX);
    }

    @Override
    public String subject() {
        return "referrers of " + subject;
    }
}
