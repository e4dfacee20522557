package io.davit.backend.oci.content;

import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Blobs by digest under {@code blobs/ALGORITHM/HEX}, unfinished ones under {@code partial}. A blob got its name after
 * its digest was checked; because a power cut can still hollow it out, {@link #read} checks again. Thread-safe.
 */
public final class BlobStore {
    private static final int COPY_BYTES = 256 * 1024;

    private final Path blobs;
    private final Path partial;
    private final Holds holds = new Holds();
    /** Held while small blobs come and any go: whoever holds a blob and then finds it keeps it. */
    private final Object changes = new Object();

    private final Set<Digest> present = ConcurrentHashMap.newKeySet();
    private final Set<Digest> inUse = ConcurrentHashMap.newKeySet();
    private final AtomicLong usedBytes = new AtomicLong();
    private final LongAdder fetchedBytes = new LongAdder();
    private final LongAdder resumedBytes = new LongAdder();

    private BlobStore(Path directory) {
        this.blobs = directory.resolve("blobs");
        this.partial = directory.resolve("partial");
    }

    /** Opens the store below {@code directory}, making it if needed. */
    public static BlobStore open(Path directory) {
        BlobStore store = new BlobStore(directory);
        try {
            Files.createDirectories(store.partial);
            for (String algorithm : Set.of("sha256", "sha512")) {
                store.load(algorithm, Files.createDirectories(store.blobs.resolve(algorithm)));
            }
            return store;
        } catch (IOException e) {
            throw ContentFaults.of("open the blobs in " + directory, e);
        }
    }

    private void load(String algorithm, Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (RecordFile.isUnfinished(file)) {
                    Files.delete(file);
                    continue;
                }
                present.add(new Digest(algorithm, file.getFileName().toString()));
                usedBytes.addAndGet(Files.size(file));
            }
        }
    }

    /** Keeps these blobs, here or still to come, until {@link #release} or {@link #letGo}. */
    public void hold(Collection<Digest> digests) {
        synchronized (changes) {
            holds.hold(digests);
        }
    }

    /** Takes back one hold; what nobody holds any more stays until the next sweep. */
    public void letGo(Collection<Digest> digests) {
        holds.release(digests);
    }

    public boolean has(Digest digest) {
        return present.contains(digest);
    }

    /** What whole blobs take on disk. */
    public long usedBytes() {
        return usedBytes.get();
    }

    /** What {@link PartialBlob}s were given since the store was opened. */
    public long fetchedBytes() {
        return fetchedBytes.sum();
    }

    /** What whole blobs had of earlier tries, since the store was opened. */
    public long resumedBytes() {
        return resumedBytes.sum();
    }

    void fetched(int bytes) {
        fetchedBytes.add(bytes);
    }

    public long count() {
        return present.size();
    }

    /** Of a blob that is here; 0 if it has gone meanwhile. */
    public long sizeBytes(Digest digest) {
        return file(digest).toFile().length();
    }

    /** The file of a blob that is here. */
    public Path file(Digest digest) {
        return blobs.resolve(digest.algorithm()).resolve(digest.hex());
    }

    /** A small blob's bytes, checked; empty if it is not here or was damaged, in which case it is forgotten. */
    public Optional<byte[]> read(Digest digest) {
        if (!has(digest)) return Optional.empty();
        try {
            byte[] data = Files.readAllBytes(file(digest));
            if (digestOf(data, digest).equals(digest)) return Optional.of(data);
        } catch (IOException _) {
            // Gone or unreadable: as good as not here, and fetched again.
        }
        forget(digest);
        return Optional.empty();
    }

    /** The content of a blob that is here, unchecked. */
    public InputStream open(Digest digest) {
        try {
            return Files.newInputStream(file(digest));
        } catch (IOException e) {
            throw ContentFaults.of("read the blob " + digest, e);
        }
    }

    /** Reads a blob again; one that is damaged is forgotten, and the answer is false. */
    public boolean verify(Digest digest) {
        if (!has(digest)) return false;
        DigestFunction function = DigestFunction.of(digest);
        byte[] chunk = new byte[COPY_BYTES];
        try (InputStream in = open(digest)) {
            for (int count; (count = in.read(chunk)) > 0; ) function.update(chunk, 0, count);
        } catch (IOException _) {
            // Unreadable: as good as damaged.
            function.update(chunk, 0, 1);
        }
        if (function.finish().equals(digest)) return true;
        forget(digest);
        return false;
    }

    /**
     * Stores a small blob.
     *
     * @throws Fault Failed if {@code data} does not have this digest
     */
    public void put(Digest digest, byte[] data) {
        Digest actual = digestOf(data, digest);
        if (!actual.equals(digest)) throw mismatch(digest, actual);
        // One at a time: two pulls may bring the same manifest.
        synchronized (changes) {
            if (present.contains(digest)) return;
            RecordFile.write(file(digest), data);
            present.add(digest);
            usedBytes.addAndGet(data.length);
        }
    }

    private static Digest digestOf(byte[] data, Digest like) {
        DigestFunction function = DigestFunction.of(like);
        function.update(data, 0, data.length);
        return function.finish();
    }

    static Fault mismatch(Digest expected, Digest actual) {
        return Fault.failed(
                "fetch " + expected,
                "its content has the digest " + actual + "; the registry, or something"
                        + " between it and this node, sends damaged content");
    }

    /**
     * Begins or goes on with a blob; what an earlier try has left is kept. One caller at a time may do so for a digest.
     *
     * @param sizeBytes as the manifest says
     */
    public PartialBlob partial(Digest digest, long sizeBytes) {
        synchronized (changes) {
            if (!inUse.add(digest)) throw new IllegalStateException(digest + " is being written already");
        }
        try {
            return PartialBlob.open(this, partialFile(digest), digest, sizeBytes);
        } catch (IOException e) {
            inUse.remove(digest);
            throw ContentFaults.of("write the blob " + digest, e);
        }
    }

    void closed(Digest digest) {
        inUse.remove(digest);
    }

    /** @param keptBytes those that an earlier try has left */
    void commit(Digest digest, Path file, long sizeBytes, long keptBytes) throws IOException {
        resumedBytes.add(keptBytes);
        Files.move(file, file(digest), StandardCopyOption.ATOMIC_MOVE);
        if (present.add(digest)) usedBytes.addAndGet(sizeBytes);
    }

    /** Takes back one hold of {@code digests} and deletes those, whole or not, that nobody holds any more. */
    public void release(Collection<Digest> digests) {
        holds.release(digests);
        digests.forEach(this::deleteUnheld);
    }

    /** Deletes blobs that nobody holds, and unfinished ones that nobody writes, if they are older than that. */
    public void sweep(Instant before) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(partial)) {
            for (Path file : files) sweepPartial(file, before);
            for (Digest digest : present) {
                if (isOlder(file(digest), before)) deleteUnheld(digest);
            }
        } catch (IOException e) {
            throw ContentFaults.of("delete blobs that nobody needs", e);
        }
    }

    private void sweepPartial(Path file, Instant before) throws IOException {
        synchronized (changes) {
            boolean written =
                    inUse.stream().anyMatch(digest -> partialFile(digest).equals(file));
            if (!written && isOlder(file, before)) Files.deleteIfExists(file);
        }
    }

    private static boolean isOlder(Path file, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(before);
        } catch (NoSuchFileException _) {
            return false; // gone meanwhile
        }
    }

    private void deleteUnheld(Digest digest) {
        synchronized (changes) {
            if (holds.isHeld(digest)) return;
            delete(digest);
            deletePartial(digest);
        }
    }

    private void deletePartial(Digest digest) {
        if (inUse.contains(digest)) return;
        try {
            Files.deleteIfExists(partialFile(digest));
        } catch (IOException e) {
            throw ContentFaults.of("delete the unfinished blob " + digest, e);
        }
    }

    private Path partialFile(Digest digest) {
        return partial.resolve(digest.algorithm() + "-" + digest.hex());
    }

    /** Of a damaged blob, whoever holds it. */
    private void forget(Digest digest) {
        synchronized (changes) {
            delete(digest);
        }
    }

    private void delete(Digest digest) {
        if (!present.remove(digest)) return;
        try {
            Path file = file(digest);
            long size = Files.exists(file) ? Files.size(file) : 0;
            Files.deleteIfExists(file);
            usedBytes.addAndGet(-size);
        } catch (IOException e) {
            throw ContentFaults.of("delete the blob " + digest, e);
        }
    }
}
