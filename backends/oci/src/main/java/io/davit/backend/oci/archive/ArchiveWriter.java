package io.davit.backend.oci.archive;

import io.davit.backend.oci.content.BlobStore;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes one archive that is an OCI image layout and has docker's {@code manifest.json} as well: whoever reads either
 * form finds the same blobs. Used by one thread.
 */
public final class ArchiveWriter {
    private static final JsonMapper JSON = new JsonMapper();

    private final BlobStore blobs;
    private final TarArchiveOutputStream tar;
    private final Set<Digest> written = new HashSet<>();
    private final List<Map<String, Object>> index = new ArrayList<>();
    private final List<Map<String, Object>> docker = new ArrayList<>();

    /** @param out stays open */
    public ArchiveWriter(BlobStore blobs, OutputStream out) {
        this.blobs = blobs;
        this.tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        // Layers may have more than the 8 GiB that an octal field holds.
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /**
     * Adds an image.
     *
     * @param name full, with a tag or a digest
     * @param layers lowest first
     */
    public void add(String name, String mediaType, Digest manifest, Digest config, List<Digest> layers)
            throws IOException {
        blob(manifest);
        blob(config);
        for (Digest layer : layers) blob(layer);
        index.add(sorted(Map.of(
                "mediaType", mediaType,
                "digest", manifest.toString(),
                "size", blobs.sizeBytes(manifest),
                "annotations",
                        sorted(Map.of("io.containerd.image.name", name, "org.opencontainers.image.ref.name", name)))));
        docker.add(sorted(Map.of(
                "Config", path(config),
                "RepoTags", name.contains("@") ? List.of() : List.of(name),
                "Layers", layers.stream().map(ArchiveWriter::path).toList())));
    }

    // The same images give the same archive, whenever it is written.
    private static Map<String, Object> sorted(Map<String, Object> map) {
        return new TreeMap<>(map);
    }

    private static String path(Digest digest) {
        return "blobs/" + digest.algorithm() + "/" + digest.hex();
    }

    private void blob(Digest digest) throws IOException {
        if (!written.add(digest)) return;
        // Nobody has looked at it since it came, and a power cut may have hollowed it out.
        if (!blobs.verify(digest)) {
            throw Fault.failed(
                    "save an image", "its content " + digest + " is damaged or missing; remove it and pull it again");
        }
        entry(path(digest), blobs.sizeBytes(digest));
        try (InputStream in = blobs.open(digest)) {
            in.transferTo(tar);
        }
        tar.closeArchiveEntry();
    }

    private void entry(String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(0644);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
    }

    private void json(String name, Object content) throws IOException {
        byte[] data = JSON.writeValueAsBytes(content);
        entry(name, data.length);
        tar.write(data);
        tar.closeArchiveEntry();
    }

    /** Writes what names the images; without it the archive is of no use. */
    public void finish() throws IOException {
        json("oci-layout", Map.of("imageLayoutVersion", "1.0.0"));
        json("index.json", sorted(Map.of("schemaVersion", 2, "manifests", index)));
        json("manifest.json", docker);
        tar.finish();
        tar.flush();
    }
}
