package io.davit.backend.oci.image;

import io.davit.backend.oci.archive.ArchiveWriter;
import io.davit.backend.oci.content.BlobStore;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** Images on their way into an archive; their blobs are held meanwhile. */
record SavedImages(ImageIndex index, BlobStore blobs) {
    void write(List<ImageReference> names, OutputStream out) throws IOException {
        ArchiveWriter writer = new ArchiveWriter(blobs, out);
        for (ImageReference name : names) {
            ImageRecord image = index.find(name).orElseThrow(() -> new Fault(new Fault.Kind.Absent("image " + name)));
            List<Digest> held = image.blobDigests();
            blobs.hold(held);
            try {
                add(writer, name, image);
            } finally {
                blobs.release(held);
            }
        }
        writer.finish();
    }

    private void add(ArchiveWriter writer, ImageReference name, ImageRecord image) throws IOException {
        String shown = name.digest().map(name::repoDigest).or(name::repoTag).orElseThrow();
        for (Digest digest : image.blobDigests()) {
            Optional<Manifest.OneImage> manifest = manifest(image, digest);
            if (manifest.isEmpty()) continue;
            List<Digest> layers =
                    manifest.get().layers().stream().map(Descriptor::digest).toList();
            writer.add(shown, type(manifest.get()), digest, image.imageId().digest(), layers);
            return;
        }
        throw Fault.failed("save the image " + name, "its manifest is damaged or missing; remove it and pull it again");
    }

    /** The manifest of {@code image}, if that is what lies under this digest. */
    private Optional<Manifest.OneImage> manifest(ImageRecord image, Digest digest) {
        if (!blobs.has(digest) || blobs.sizeBytes(digest) > Manifest.BYTES_MAX) return Optional.empty();
        try {
            return blobs.read(digest)
                    .map(body -> Manifest.parse(image.id(), body))
                    .filter(Manifest.OneImage.class::isInstance)
                    .map(Manifest.OneImage.class::cast)
                    .filter(found ->
                            found.config().digest().equals(image.imageId().digest()));
        } catch (Fault _) {
            return Optional.empty(); // a layer or a configuration
        }
    }

    private static String type(Manifest.OneImage manifest) {
        return manifest.config().mediaType().contains("docker")
                ? "application/vnd.docker.distribution.manifest.v2+json"
                : "application/vnd.oci.image.manifest.v1+json";
    }
}
