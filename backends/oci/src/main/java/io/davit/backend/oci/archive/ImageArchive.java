package io.davit.backend.oci.archive;

import io.davit.backend.oci.content.ContentFaults;
import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.layers.Decompression;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.backend.oci.tar.TarEntry;
import io.davit.backend.oci.tar.TarFormatException;
import io.davit.backend.oci.tar.TarReader;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * An archive laid out in a directory of its own, each file under a number, so that no name in it means a path of ours.
 * Used by one thread; the directory goes with {@link #close}.
 */
public final class ImageArchive implements Closeable {
    private static final int COPY_BYTES = 256 * 1024;
    /** Far more than the layers of any image. */
    private static final int ENTRIES_MAX = 20_000;

    private static final int LINKS_MAX = 8;

    private final Path directory;
    private final Map<String, Stored> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    /** One file of the archive. */
    record Stored(Path path, Digest digest, long sizeBytes) {}

    /** A name and the manifest that it stands for. */
    public record Named(ImageReference reference, Digest manifest) {}

    private ImageArchive(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads an archive to its end.
     *
     * @param parent where the directory is made
     * @param packed gzip, zstd or plain; {@code available} is 0 at the end only
     * @throws Fault InvalidRequest if it is no archive
     */
    public static ImageArchive read(Path parent, InputStream packed) {
        try {
            ImageArchive archive = new ImageArchive(Files.createTempDirectory(parent, "archive-"));
            try {
                archive.unpack(Decompression.open(packed));
                return archive;
            } catch (TarFormatException | ZipException | EOFException e) {
                archive.close();
                throw Fault.invalid("data", "no archive of images: " + e.getMessage());
            } catch (IOException | RuntimeException e) {
                archive.close();
                throw e;
            }
        } catch (IOException e) {
            throw ContentFaults.of("read the archive", e);
        }
    }

    /** Removes what a crash has left in {@code parent}, which is made if it is not there. */
    public static void clear(Path parent) {
        try {
            Files.createDirectories(parent);
            try (var found = Files.list(parent)) {
                found.forEach(directory -> new ImageArchive(directory).close());
            }
        } catch (IOException e) {
            throw ContentFaults.of("clear " + parent, e);
        }
    }

    private void unpack(InputStream unpacked) throws IOException {
        TarReader tar = new TarReader(unpacked);
        for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
            if (files.size() + links.size() >= ENTRIES_MAX) {
                throw Fault.invalid("data", "an archive of more than " + ENTRIES_MAX + " files");
            }
            TarEntry entry = next.get();
            String name = entry.path().normalized().toString();
            switch (entry.type()) {
                case FILE -> files.put(name, store(tar, directory.resolve(Integer.toString(files.size()))));
                case SYMLINK -> links.put(name, beside(entry).normalized().toString());
                case HARD_LINK -> links.put(name, entry.target().normalized().toString());
                case DIRECTORY, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> {}
            }
        }
    }

    private static RawPath beside(TarEntry link) {
        RawPath parent = link.path().normalized().parent();
        return parent.isEmpty() ? link.target() : parent.resolve(link.target());
    }

    private static Stored store(TarReader tar, Path file) throws IOException {
        DigestFunction digest = DigestFunction.sha256();
        byte[] chunk = new byte[COPY_BYTES];
        long size = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int count; (count = tar.read(chunk, 0, chunk.length)) >= 0; size += count) {
                digest.update(chunk, 0, count);
                out.write(chunk, 0, count);
            }
        }
        return new Stored(file, digest.finish(), size);
    }

    /** A file by its name in the archive, through links. */
    Optional<Stored> file(String name) {
        String at = name;
        for (int i = 0; i < LINKS_MAX && links.containsKey(at); i++) at = links.getOrDefault(at, at);
        return Optional.ofNullable(files.get(at));
    }

    /** All files by what is in them. */
    Map<Digest, Stored> byDigest() {
        Map<Digest, Stored> blobs = new HashMap<>();
        files.values().forEach(stored -> blobs.put(stored.digest(), stored));
        return blobs;
    }

    /**
     * What is in it.
     *
     * @param names for images without one
     * @throws Fault InvalidRequest if it is neither form, or images have no names
     */
    public Contents contents(List<ImageReference> names) {
        OciLayout layout = new OciLayout(this);
        DockerLayout docker = new DockerLayout(this);
        if (layout.isThere() && (layout.allNamed() || !docker.isThere())) return layout.contents(names);
        if (docker.isThere()) return docker.contents(names);
        throw Fault.invalid("data", "neither index.json (oci-archive) nor manifest.json (docker-archive) is in it");
    }

    /** Images by name, and where their content is. */
    public record Contents(List<Named> images, ArchiveSource source) {
        public Contents {
            images = List.copyOf(images);
        }
    }

    @Override
    public void close() {
        try {
            List<Path> all = new ArrayList<>();
            try (var found = Files.list(directory)) {
                found.forEach(all::add);
            }
            for (Path file : all) Files.delete(file);
            Files.delete(directory);
        } catch (IOException e) {
            throw ContentFaults.of("remove the directory of an archive", e);
        }
    }
}
