package io.davit.backend.oci.content;

import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A blob on its way in. One thread appends and finishes; others may {@link #follow} and read what is there already. It
 * becomes a blob only if size and digest are right; otherwise it vanishes. What was written when the writer gives up
 * stays for the next try.
 */
public final class PartialBlob implements Closeable {
    private static final int COPY_BYTES = 256 * 1024;

    private enum State {
        GROWING,
        WHOLE,
        FAILED
    }

    private final BlobStore store;
    private final Path file;
    private final Digest digest;
    private final long sizeBytes;
    private final FileChannel channel;

    private DigestFunction function;
    /** Of the bytes that are here, those of an earlier try; used by the writer alone. */
    private long keptBytes;

    /** Guards the fields below; readers wait on it. */
    private final Object lock = new Object();

    private long writtenBytes;
    private boolean damaged;
    private State state = State.GROWING;

    private PartialBlob(BlobStore store, Path file, Digest digest, long sizeBytes, FileChannel channel) {
        this.store = store;
        this.file = file;
        this.digest = digest;
        this.sizeBytes = sizeBytes;
        this.channel = channel;
        this.function = DigestFunction.of(digest);
    }

    static PartialBlob open(BlobStore store, Path file, Digest digest, long sizeBytes) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            PartialBlob partial = new PartialBlob(store, file, digest, sizeBytes, channel);
            partial.adoptWhatIsThere();
            return partial;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void adoptWhatIsThere() throws IOException {
        if (channel.size() > sizeBytes) channel.truncate(0);
        byte[] chunk = new byte[COPY_BYTES];
        for (int count; (count = channel.read(ByteBuffer.wrap(chunk))) > 0; ) {
            function.update(chunk, 0, count);
            writtenBytes += count;
        }
        keptBytes = writtenBytes;
    }

    /** How much is here already: where a ranged request goes on. */
    public long writtenBytes() {
        synchronized (lock) {
            return writtenBytes;
        }
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** @throws Fault Failed if it gets longer than announced, Exhausted if the disk is full */
    public void append(byte[] data, int offset, int length) {
        if (length > sizeBytes - writtenBytes()) {
            discard();
            throw Fault.failed("fetch " + digest, "the registry sends more than the " + sizeBytes + " bytes announced");
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(data, offset, length);
            while (buffer.hasRemaining()) channel.write(buffer);
        } catch (IOException e) {
            throw ContentFaults.of("write the blob " + digest, e);
        }
        function.update(data, offset, length);
        store.fetched(length);
        synchronized (lock) {
            writtenBytes += length;
            lock.notifyAll();
        }
    }

    /** Starts again from nothing. Followers must be gone. */
    public void restart() {
        try {
            channel.truncate(0);
            channel.position(0);
        } catch (IOException e) {
            throw ContentFaults.of("write the blob " + digest, e);
        }
        function = DigestFunction.of(digest);
        keptBytes = 0;
        synchronized (lock) {
            writtenBytes = 0;
        }
    }

    /**
     * Makes it a blob.
     *
     * @throws Fault Failed if size or digest are wrong; nothing is left then
     */
    public void finish() {
        Digest actual = function.finish();
        if (writtenBytes() != sizeBytes || !actual.equals(digest)) {
            discard();
            throw BlobStore.mismatch(digest, actual);
        }
        try {
            store.commit(digest, file, sizeBytes, keptBytes);
        } catch (IOException e) {
            throw ContentFaults.of("keep the blob " + digest, e);
        }
        end(State.WHOLE);
    }

    /** Whether what came was not what the digest says; nothing of it is left then. */
    public boolean isDamaged() {
        synchronized (lock) {
            return damaged;
        }
    }

    private void discard() {
        synchronized (lock) {
            damaged = true;
        }
        end(State.FAILED);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw ContentFaults.of("delete the damaged blob " + digest, e);
        }
    }

    private void end(State last) {
        synchronized (lock) {
            if (state == State.GROWING) state = last;
            lock.notifyAll();
        }
    }

    /** The content from its start, waiting for what is still to come; ends only if the blob is whole and right. */
    public InputStream follow() throws IOException {
        return new Follower(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Gives up for now, unless finished; followers fail. */
    public void abandon() {
        end(State.FAILED);
    }

    /** {@link #abandon}s and lets go of the file. */
    @Override
    public void close() throws IOException {
        end(State.FAILED);
        try {
            channel.close();
        } finally {
            store.closed(digest);
        }
    }

    /** How many bytes can be read at {@code position}; -1 at the end. Waits until that is known. */
    private long await(long position) throws IOException {
        synchronized (lock) {
            try {
                while (state == State.GROWING && writtenBytes <= position) lock.wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + digest, e);
            }
            if (state == State.FAILED) throw new IOException("the download of " + digest + " was given up");
            return writtenBytes > position ? writtenBytes - position : -1;
        }
    }

    private final class Follower extends InputStream {
        private final FileChannel source;
        private long position;

        Follower(FileChannel source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) return 0;
            long ready = await(position);
            if (ready < 0) return -1;
            int count = source.read(ByteBuffer.wrap(into, offset, (int) Math.min(length, ready)), position);
            if (count < 0) throw new IOException("the file of " + digest + " was cut off");
            position += count;
            return count;
        }

        /** 0 at the end only: decompressors take that for "no further part". */
        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, sizeBytes - position);
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
