package io.davit.backend.oci.archive;

import io.davit.backend.oci.content.ContentFaults;
import io.davit.backend.oci.content.ImageSource;
import io.davit.backend.oci.content.PartialBlob;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;

/** The content of an archive, found by digests that were computed when it was read. Thread-safe. */
public final class ArchiveSource implements ImageSource {
    private static final int COPY_BYTES = 256 * 1024;
    private static final int MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

    private final Map<Digest, ImageArchive.Stored> blobs;
    private final Map<Digest, byte[]> manifests;
    private final Optional<Digest> top;

    /** @param manifests that are not files of the archive */
    ArchiveSource(Map<Digest, ImageArchive.Stored> blobs, Map<Digest, byte[]> manifests) {
        this(Map.copyOf(blobs), Map.copyOf(manifests), Optional.empty());
    }

    private ArchiveSource(Map<Digest, ImageArchive.Stored> blobs, Map<Digest, byte[]> manifests, Optional<Digest> top) {
        this.blobs = blobs;
        this.manifests = manifests;
        this.top = top;
    }

    /** The same for the one image that {@code manifest} is of: whatever its tag, it means this. */
    public ArchiveSource of(Digest manifest) {
        return new ArchiveSource(blobs, manifests, Optional.of(manifest));
    }

    @Override
    public Optional<Digest> digestOf(String tag) {
        return top;
    }

    /** By tag there is nothing but the image itself, not even signatures. */
    @Override
    public FetchedManifest manifest(String tag) {
        throw new Fault(new Fault.Kind.Absent("the tag " + tag + " in the archive"));
    }

    @Override
    public FetchedManifest manifest(Digest digest) {
        byte[] made = manifests.get(digest);
        return new FetchedManifest(digest, made == null ? smallBlob(digest, MANIFEST_BYTES_MAX) : made, "");
    }

    @Override
    public byte[] smallBlob(Digest digest, int bytesMax) {
        ImageArchive.Stored stored = stored(digest);
        if (stored.sizeBytes() > bytesMax) {
            throw Fault.failed("read " + digest + " of the archive", "longer than " + bytesMax + " bytes");
        }
        try {
            return Files.readAllBytes(stored.path());
        } catch (IOException e) {
            throw ContentFaults.of("read " + digest + " of the archive", e);
        }
    }

    @Override
    public void blob(Digest digest, PartialBlob blob) {
        byte[] chunk = new byte[COPY_BYTES];
        try (InputStream in = Files.newInputStream(stored(digest).path())) {
            in.skipNBytes(blob.writtenBytes());
            for (int count; (count = in.read(chunk)) >= 0; ) blob.append(chunk, 0, count);
        } catch (IOException e) {
            throw ContentFaults.of("read " + digest + " of the archive", e);
        }
        blob.finish();
    }

    private ImageArchive.Stored stored(Digest digest) {
        ImageArchive.Stored stored = blobs.get(digest);
        if (stored != null) return stored;
        throw Fault.invalid("data", "the archive names " + digest + ", which is not in it");
    }
}
