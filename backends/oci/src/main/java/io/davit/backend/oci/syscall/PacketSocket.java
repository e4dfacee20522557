package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A connected unix socket that keeps packets apart (SOCK_SEQPACKET, unix(7)), which the JDK does not have. */
public final class PacketSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = OpenFlags.O_CLOEXEC;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int ECONNREFUSED = 111;
    private static final int ECONNRESET = 104;
    // struct sockaddr_un { short family; char path[108]; }
    private static final int ADDRESS_BYTES = 110;
    private static final int PATH_OFFSET = 2;

    static {
        Libc.bind(PacketSocket.class);
    }

    private final Descriptor descriptor;

    private PacketSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Connects to a socket in {@code directory}, whose path may be longer than the 107 bytes of an address.
     *
     * @return empty if nobody listens, or it is not there
     */
    public static Optional<PacketSocket> connect(Path directory, String name) {
        Optional<Descriptor> opened = Descriptor.openDirectory(directory);
        if (opened.isEmpty()) return Optional.empty();
        try (Descriptor parent = opened.get();
                Memory address = new Memory(ADDRESS_BYTES)) {
            byte[] path = ("/proc/self/fd/" + parent.number() + "/" + name).getBytes(StandardCharsets.UTF_8);
            address.clear();
            address.setShort(0, (short) AF_UNIX);
            address.write(PATH_OFFSET, path, 0, path.length);
            return connect(address);
        }
    }

    private static Optional<PacketSocket> connect(Memory address) {
        Descriptor socket = new Descriptor(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        try {
            connect(socket.number(), address, ADDRESS_BYTES);
            return Optional.of(new PacketSocket(socket));
        } catch (LastErrorException e) {
            socket.close();
            if (e.getErrorCode() == Errno.ENOENT || e.getErrorCode() == ECONNREFUSED) return Optional.empty();
            throw Errno.fault("connect to a monitor", e);
        }
    }

    /** The same connection, for another thread. */
    public PacketSocket duplicate() {
        return new PacketSocket(descriptor.duplicate());
    }

    /** Ends the connection, also for its duplicates on other threads. */
    public void disconnect() {
        shutdown(SHUT_RDWR);
    }

    /** For {@link Poll}. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** @return the length of the packet; 0 when the other side is done; -1 if there is none now */
    public int receive(byte[] buffer) {
        try {
            return (int) recv(descriptor.number(), buffer, buffer.length, MSG_DONTWAIT);
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case Errno.EAGAIN, Errno.EINTR -> -1;
                case ECONNRESET -> 0;
                default -> throw Errno.fault("receive from a monitor", e);
            };
        }
    }

    /** Sends one packet; @return its length; 0 if it takes none now, to be tried again; -1 if the other side has left */
    public int send(byte[] packet) {
        try {
            return (int) send(descriptor.number(), packet, packet.length, MSG_DONTWAIT | MSG_NOSIGNAL);
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case Errno.EAGAIN, Errno.EINTR -> 0;
                case Errno.EPIPE, ECONNRESET -> -1;
                default -> throw Errno.fault("send to a monitor", e);
            };
        }
    }

    /** No more packets will be sent. */
    public void endOfInput() {
        shutdown(SHUT_WR);
    }

    private void shutdown(int how) {
        try {
            shutdown(descriptor.number(), how);
        } catch (LastErrorException _) {
            // ENOTCONN: the other side has left already.
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private static native int socket(int domain, int type, int protocol) throws LastErrorException;

    private static native int connect(int descriptor, Memory address, int length) throws LastErrorException;

    private static native long recv(int descriptor, byte[] buffer, long length, int flags) throws LastErrorException;

    private static native long send(int descriptor, byte[] packet, long length, int flags) throws LastErrorException;

    private static native int shutdown(int descriptor, int how) throws LastErrorException;
}
