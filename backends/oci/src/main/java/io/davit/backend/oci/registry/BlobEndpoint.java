package io.davit.backend.oci.registry;

import io.davit.backend.oci.content.PartialBlob;
import io.davit.core.domain.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;

/**
 * {@code GET /v2/NAME/blobs/DIGEST} to disk (distribution-spec, end-2), going on where an earlier attempt stopped.
 * Finishes the blob; the answer is its size.
 */
final class BlobEndpoint implements Endpoint<Long> {
    private static final int COPY_BYTES = 128 * 1024;
    private static final int PARTIAL_CONTENT = 206;

    private final Digest digest;
    private final PartialBlob blob;

    BlobEndpoint(Digest digest, PartialBlob blob) {
        this.digest = digest;
        this.blob = blob;
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
        long at = blob.writtenBytes();
        // Without an answer in the client's own compression the bytes would not be those of the digest.
        Map<String, String> plain = Map.of("Accept-Encoding", "identity");
        return at == 0 ? plain : Map.of("Accept-Encoding", "identity", "Range", "bytes=" + at + "-");
    }

    @Override
    public Long read(Response response) throws IOException {
        skipWhatIsHere(response);
        byte[] chunk = new byte[COPY_BYTES];
        for (int count; (count = response.body().read(chunk)) >= 0; ) {
            blob.append(chunk, 0, count);
        }
        if (blob.writtenBytes() < blob.sizeBytes()) {
            throw new EOFException(
                    "the connection ended after " + blob.writtenBytes() + " of " + blob.sizeBytes() + " bytes");
        }
        blob.finish();
        return blob.sizeBytes();
    }

    // A server may ignore the range and send everything, or send another range than asked for.
    private void skipWhatIsHere(Response response) throws IOException {
        long start = response.status() == PARTIAL_CONTENT ? rangeStart(response) : 0;
        long skip = blob.writtenBytes() - start;
        if (skip < 0) throw new IOException("the answer starts at byte " + start + ", beyond what was asked for");
        response.body().skipNBytes(skip);
    }

    private static long rangeStart(Response response) throws IOException {
        String range = response.header("Content-Range").orElse("");
        // bytes START-END/TOTAL (RFC 9110, 14.4)
        if (range.matches("bytes \\d{1,18}-.*")) return Long.parseLong(range.substring(6, range.indexOf('-')));
        throw new IOException("cannot read the Content-Range '" + range + "'");
    }

    @Override
    public String subject() {
        return "blob " + digest;
    }

    @Override
    public long progress() {
        return blob.writtenBytes();
    }
}
