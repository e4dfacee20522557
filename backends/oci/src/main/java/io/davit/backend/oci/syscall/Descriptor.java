package io.davit.backend.oci.syscall;

import static io.davit.backend.oci.syscall.OpenFlags.O_CLOEXEC;
import static io.davit.backend.oci.syscall.OpenFlags.O_CREAT;
import static io.davit.backend.oci.syscall.OpenFlags.O_DIRECTORY;
import static io.davit.backend.oci.syscall.OpenFlags.O_NOFOLLOW;
import static io.davit.backend.oci.syscall.OpenFlags.O_NONBLOCK;
import static io.davit.backend.oci.syscall.OpenFlags.O_PATH;
import static io.davit.backend.oci.syscall.OpenFlags.O_RDWR;
import static io.davit.backend.oci.syscall.OpenFlags.O_TRUNC;
import static io.davit.backend.oci.syscall.OpenFlags.O_WRONLY;

import com.sun.jna.LastErrorException;
import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * An open file descriptor that we own; close-on-exec. Not thread-safe, and of one thread at a time: a number that one
 * thread uses while another closes it may be somebody else's file by then. Closing twice is harmless.
 */
public final class Descriptor implements AutoCloseable {
    private static final int OWNER_ONLY = 0600;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    /** Below are the numbers that a child gets (Spawn); a descriptor of ours must not be one of them. */
    private static final int LOWEST = 10;

    private static final int CLOSED = -1;

    static {
        Libc.bind(Descriptor.class);
    }

    private int number;

    Descriptor(int number) {
        this.number = number;
    }

    /** Both ends of a pipe. */
    public record Pipe(Descriptor readEnd, Descriptor writeEnd) implements AutoCloseable {
        @Override
        public void close() {
            readEnd.close();
            writeEnd.close();
        }
    }

    public static Pipe pipe() {
        int[] ends = new int[2];
        try {
            pipe2(ends, O_CLOEXEC);
        } catch (LastErrorException e) {
            throw Errno.fault("make a pipe", e);
        }
        return new Pipe(raised(ends[0]), raised(ends[1]));
    }

    /** /dev/null for reading and writing: what a child without input and output gets. */
    public static Descriptor devNull() {
        try {
            return raised(open("/dev/null", O_RDWR | O_CLOEXEC));
        } catch (LastErrorException e) {
            throw Errno.fault("open /dev/null", e);
        }
    }

    /** A new empty file, mode 0600. */
    public static Descriptor create(Path file) {
        try {
            return raised(open(file.toString(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, OWNER_ONLY));
        } catch (LastErrorException e) {
            throw Errno.fault("create " + file, e);
        }
    }

    /** A directory, as a starting point for names; empty if it is not there. */
    static Optional<Descriptor> openDirectory(Path directory) {
        try {
            return Optional.of(raised(open(directory.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ENOENT) return Optional.empty();
            throw Errno.fault("open " + directory, e);
        }
    }

    /** The write end of a fifo; empty if nobody reads it, or it is not there. */
    public static Optional<Descriptor> openFifo(Path fifo) {
        try {
            return Optional.of(raised(open(fifo.toString(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ENXIO || e.getErrorCode() == Errno.ENOENT) return Optional.empty();
            throw Errno.fault("open " + fifo, e);
        }
    }

    private static Descriptor raised(int number) {
        Descriptor low = new Descriptor(number);
        if (number >= LOWEST) return low;
        try (low) {
            return new Descriptor(fcntl(number, F_DUPFD_CLOEXEC, LOWEST));
        } catch (LastErrorException e) {
            throw Errno.fault("duplicate a descriptor", e);
        }
    }

    /** Another owner: this one is closed from now on, without closing the descriptor. */
    public Descriptor moved() {
        Descriptor owner = new Descriptor(number());
        number = CLOSED;
        return owner;
    }

    /** A second descriptor for the same open file, for an owner on another thread. */
    Descriptor duplicate() {
        try {
            return new Descriptor(fcntl(number(), F_DUPFD_CLOEXEC, LOWEST));
        } catch (LastErrorException e) {
            throw Errno.fault("duplicate a descriptor", e);
        }
    }

    public int number() {
        if (number == CLOSED) throw new IllegalStateException("the descriptor was closed");
        return number;
    }

    /** Reads and writes return at once from now on. */
    public void setNonBlocking() {
        try {
            fcntl(number(), F_SETFL, O_NONBLOCK);
        } catch (LastErrorException e) {
            throw Errno.fault("set O_NONBLOCK", e);
        }
    }

    /**
     * Reads what is there, at least one byte; blocks the thread natively unless {@link #setNonBlocking}.
     *
     * @return the number of bytes; 0 at the end; -1 if nothing is there now and the descriptor does not block
     */
    public int read(byte[] buffer) {
        while (true) {
            try {
                return (int) read(number(), buffer, buffer.length);
            } catch (LastErrorException e) {
                if (e.getErrorCode() == Errno.EAGAIN) return -1;
                if (e.getErrorCode() != Errno.EINTR) throw Errno.fault("read from a pipe", e);
            }
        }
    }

    /**
     * Writes what it takes now.
     *
     * @return the number of bytes; 0 if it takes nothing now and does not block; -1 if nobody reads any more
     */
    public int write(byte[] bytes, int offset, int length) {
        byte[] part =
                offset == 0 && length == bytes.length ? bytes : Arrays.copyOfRange(bytes, offset, offset + length);
        while (true) {
            try {
                return (int) write(number(), part, part.length);
            } catch (LastErrorException e) {
                switch (e.getErrorCode()) {
                    case Errno.EAGAIN -> {
                        return 0;
                    }
                    case Errno.EPIPE -> {
                        return -1;
                    }
                    case Errno.EINTR -> {
                        // Nothing was written yet: again.
                    }
                    default -> throw Errno.fault("write to a pipe", e);
                }
            }
        }
    }

    /** Writes all of it in one call; meant for what a pipe takes as a whole (up to 4096 bytes). */
    public void write(byte[] bytes) {
        int written = write(bytes, 0, bytes.length);
        if (written != bytes.length) throw Fault.failed("write to a pipe", "it took " + written + " bytes only");
    }

    @Override
    public void close() {
        if (number == CLOSED) return;
        int closing = number;
        number = CLOSED;
        try {
            close(closing);
        } catch (LastErrorException _) {
            // The descriptor is gone whatever close(2) says; pipes and pidfds have nothing to flush.
        }
    }

    private static native int open(String path, int flags) throws LastErrorException;

    private static native int open(String path, int flags, int mode) throws LastErrorException;

    private static native long write(int descriptor, byte[] bytes, long length) throws LastErrorException;

    private static native int pipe2(int[] ends, int flags) throws LastErrorException;

    private static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;

    private static native long read(int descriptor, byte[] buffer, long length) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;
}
