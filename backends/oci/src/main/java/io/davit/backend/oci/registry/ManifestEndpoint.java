package io.davit.backend.oci.registry;

import java.io.IOException;
import java.util.Map;

/** {@code GET /v2/NAME/manifests/REFERENCE}: a manifest or index by tag or digest (distribution-spec, end-3). */
final class ManifestEndpoint implements Endpoint<ManifestEndpoint.Answer> {
    /** The distribution-spec asks registries to take at least this much; none takes more. */
    static final int MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

    /** In the order of preference. Without this header registries answer with the oldest format they know. */
    static final String ACCEPTED = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    private final String reference;

    /** @param reference a tag or a digest */
    ManifestEndpoint(String reference) {
        this.reference = reference;
    }

    /** @param mediaType as the header says; may be empty */
    record Answer(byte[] body, String mediaType) {}

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "manifests/" + reference;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Accept", ACCEPTED);
    }

    @Override
    public Answer read(Response response) throws IOException {
        return new Answer(
                response.readAll(MANIFEST_BYTES_MAX),
                response.header("Content-Type").orElse(""));
    }

    @Override
    public String subject() {
        return "manifest " + reference;
    }
}
