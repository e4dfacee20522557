package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.davit.core.domain.Fault;
import java.io.Closeable;

/** A file open for writing, by descriptor. Used by one thread. */
public final class WritableFile implements Closeable {
    private static final int SEEK_CUR = 1;

    private final int fd;
    private final RawPath shown;
    private boolean closed;

    WritableFile(int fd, RawPath shown) {
        this.fd = fd;
        this.shown = shown;
    }

    /** Memory outside the heap that bytes pass through on their way to the kernel; used by one thread at a time. */
    public static final class Buffer {
        private final Memory memory;

        public Buffer(int capacityBytes) {
            this.memory = new Memory(capacityBytes);
        }

        public int capacityBytes() {
            return (int) memory.size();
        }
    }

    /** Appends {@code length} bytes of {@code data} at the file's position. */
    public void write(byte[] data, int offset, int length, Buffer buffer) {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int count = Math.min(end - from, buffer.capacityBytes());
            buffer.memory.write(0, data, from, count);
            writeOut(buffer, count);
            from += count;
        }
    }

    private void writeOut(Buffer buffer, int count) {
        long done = 0;
        while (done < count) {
            try {
                done += FileCalls.write(fd, buffer.memory.share(done), count - done);
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) throw failed("write", e);
            }
        }
    }

    /** Leaves a hole of {@code bytes} before what is written next; {@link #setSize} makes one at the end. */
    public void skip(long bytes) {
        try {
            FileCalls.lseek(fd, bytes, SEEK_CUR);
        } catch (LastErrorException e) {
            throw failed("seek in", e);
        }
    }

    public void setSize(long bytes) {
        try {
            FileCalls.ftruncate(fd, bytes);
        } catch (LastErrorException e) {
            throw failed("truncate", e);
        }
    }

    public void chown(int uid, int gid) {
        try {
            FileCalls.fchown(fd, uid, gid);
        } catch (LastErrorException e) {
            throw failed("chown", e);
        }
    }

    public void chmod(int permissions) {
        try {
            FileCalls.fchmod(fd, permissions);
        } catch (LastErrorException e) {
            throw failed("chmod", e);
        }
    }

    /** Sets modification and access time. */
    public void touch(long seconds, int nanos) {
        try {
            FileCalls.futimens(fd, new long[] {seconds, nanos, seconds, nanos});
        } catch (LastErrorException e) {
            throw failed("set the times of", e);
        }
    }

    private Fault failed(String doing, LastErrorException error) {
        return Errno.fault(doing + " " + shown, error);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        try {
            FileCalls.close(fd);
        } catch (LastErrorException e) {
            // Some filesystems tell of a lack of space only here (close(2)).
            throw failed("close", e);
        }
    }
}
