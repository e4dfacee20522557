package io.davit.backend.docker.log;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Copies one container's log from Docker's files to the kubelet's, each record once, across restarts of davit: every
 * record becomes one line, so the lines behind the checkpoint's length tell how many records to skip. Thread-safe; a
 * step that failed is repeated by the next one.
 */
final class LogCopy implements AutoCloseable {
    private static final Logger LOG = System.getLogger("io.davit.backend.docker");
    /** Then it is another's turn, though the container writes without end: some 16 MiB. */
    private static final int BATCHES_MAX = 64;
    /** What a calm container wrote before a rotation is in the old file; the kubelet does not wait for a loud one. */
    private static final int BATCHES_BEFORE_REOPEN_MAX = 4;

    private final ContainerId id;
    private final Path json;
    private final Path log;
    private final Path checkpoint;
    /** Fair: who copies without end must not keep a rotation waiting. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private @Nullable JsonFiles source;
    private @Nullable CriFile target;
    private long skip;
    private boolean closed;
    private final AtomicBoolean poked = new AtomicBoolean();

    LogCopy(ContainerId id, Path json, Path log, Path checkpoint) {
        this.id = id;
        this.json = json;
        this.log = log;
        this.checkpoint = checkpoint;
    }

    ContainerId id() {
        return id;
    }

    /** Docker's directory of the container, where a change means that there is something to copy. */
    @Nullable
    Path directory() {
        return json.getParent();
    }

    /** Something may have been written: copies it soon, on a thread of its own. */
    void poke() {
        if (!poked.compareAndSet(false, true)) return;
        Thread.ofVirtual().name("docker-log-" + id).start(() -> {
            poked.set(false);
            try {
                copy();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the log of container " + id + " waits: " + Fault.reason(e));
            }
        });
    }

    /** Copies what is there now. */
    void copy() throws IOException {
        boolean more = true;
        for (int batch = 0; batch < BATCHES_MAX && more; batch++) {
            lock.lock();
            try {
                more = !closed && copyBatch();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Copies the rest of a container that has ended. */
    void finish() throws IOException {
        lock.lock();
        try {
            if (closed) return;
            copyBatches(Integer.MAX_VALUE);
            skip = 0;
            note(true);
        } finally {
            lock.unlock();
        }
    }

    /** What was written until now goes to the old file, what follows to a new one. */
    void reopen() throws IOException {
        lock.lock();
        try {
            if (closed) return;
            copyBatches(BATCHES_BEFORE_REOPEN_MAX);
            target().reopen();
            note(false);
        } finally {
            lock.unlock();
        }
    }

    private void copyBatches(int most) throws IOException {
        boolean more = true;
        for (int batch = 0; batch < most && more; batch++) more = copyBatch();
    }

    /** Whether there was anything. */
    private boolean copyBatch() throws IOException {
        CriFile to = target();
        JsonFiles from = source();
        long inode = from.inode();
        long offset = from.offset();
        long skipped = skip;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        JsonFiles.Progress progress = from.read(line -> {
            if (skip > 0) skip--;
            else lines.writeBytes(line);
        });
        if (progress == JsonFiles.Progress.END) return false;
        if (progress == JsonFiles.Progress.GAP) {
            LOG.log(
                    Level.WARNING,
                    "lines of container " + id + " are lost: Docker has deleted " + json
                            + ".N before it was read; raise log-bytes or log-files in [docker]");
            return true;
        }
        try {
            to.append(ByteBuffer.wrap(lines.toByteArray()));
        } catch (IOException e) {
            // Once more from there, when there is room again.
            from.close();
            source = new JsonFiles(json, inode, offset);
            skip = skipped;
            throw e;
        }
        note(false);
        return true;
    }

    private void note(boolean finished) throws IOException {
        JsonFiles from = source();
        CriFile to = target();
        // Records still to be skipped are in the file already: the old note is the right one until they are through.
        if (skip > 0) return;
        new Checkpoint(from.inode(), from.offset(), to.inode(), to.length(), finished).write(checkpoint);
    }

    private JsonFiles source() throws IOException {
        if (source == null) resume();
        return Objects.requireNonNull(source);
    }

    private CriFile target() throws IOException {
        if (target == null) target = new CriFile(log);
        return target;
    }

    /** Finds the place where the daemon was when it ended. */
    private void resume() throws IOException {
        Optional<Checkpoint> before = Checkpoint.read(checkpoint);
        if (before.isEmpty()) {
            // Made before the first copy, so that a crash after it finds how many lines are there already.
            CriFile to = target();
            new Checkpoint(0, 0, to.inode(), to.length(), false).write(checkpoint);
            source = new JsonFiles(json, 0, 0);
            return;
        }
        Checkpoint seen = before.get();
        Optional<Path> written = fileOf(seen.logInode());
        skip = written.isEmpty() ? 0 : linesBehind(written.get(), seen.logLength());
        source = new JsonFiles(json, seen.jsonInode(), seen.jsonOffset());
    }

    /** The log file by its inode: at its path, or beside it where the kubelet has renamed it to. */
    private Optional<Path> fileOf(long inode) throws IOException {
        Path directory = log.getParent();
        if (directory == null) return Optional.empty();
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(directory, log.getFileName() + "*")) {
            for (Path sibling : siblings) {
                if (JsonFiles.inodeOf(sibling) == inode) return Optional.of(sibling);
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            // The pod's log directory was removed; it is made anew.
        }
        return Optional.empty();
    }

    /** Counts whole lines, and cuts off half a one. */
    private static long linesBehind(Path file, long length) throws IOException {
        long lines = 0;
        long end = length;
        try (InputStream content = Files.newInputStream(file)) {
            content.skipNBytes(Math.min(length, Files.size(file)));
            byte[] buffer = new byte[64 << 10];
            long at = length;
            for (int count = content.read(buffer); count > 0; count = content.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] != '\n') continue;
                    lines++;
                    end = at + i + 1;
                }
                at += count;
            }
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > end) channel.truncate(end);
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            if (source != null) source.close();
            if (target != null) target.close();
            source = null;
            target = null;
        } finally {
            lock.unlock();
        }
    }
}
