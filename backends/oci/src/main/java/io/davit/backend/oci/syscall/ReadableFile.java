package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.Closeable;

/** A file open for reading, by descriptor. Used by one thread. */
public final class ReadableFile implements Closeable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final int fd;
    private final RawPath shown;
    private final Memory buffer = new Memory(BUFFER_BYTES);
    private boolean closed;

    ReadableFile(int fd, RawPath shown) {
        this.fd = fd;
        this.shown = shown;
    }

    /** @return the number of bytes read, at least 1, or -1 at the end */
    public int read(byte[] data) {
        try {
            long count = FileCalls.read(fd, buffer, Math.min(data.length, BUFFER_BYTES));
            if (count == 0) return -1;
            buffer.read(0, data, 0, (int) count);
            return (int) count;
        } catch (LastErrorException e) {
            throw Errno.fault("read " + shown, e);
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        FileCalls.close(fd);
    }
}
