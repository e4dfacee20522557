package io.davit.backend.oci.registry;

import io.davit.core.domain.Digest;
import java.io.IOException;
import java.util.Map;

/** {@code GET /v2/NAME/blobs/DIGEST} into memory, for image configurations. */
final class SmallBlobEndpoint implements Endpoint<byte[]> {
    private final Digest digest;
    private final int bytesMax;

    SmallBlobEndpoint(Digest digest, int bytesMax) {
        this.digest = digest;
        this.bytesMax = bytesMax;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "blobs/" + digest;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Accept-Encoding", "identity");
    }

    @Override
    public byte[] read(Response response) throws IOException {
        return response.readAll(bytesMax);
    }

    @Override
    public String subject() {
        return "blob " + digest;
    }
}
