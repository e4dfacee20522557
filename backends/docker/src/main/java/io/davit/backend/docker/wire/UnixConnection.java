package io.davit.backend.docker.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * One connection to the daemon. Of one thread, but for {@link #close}, which ends whatever waits on it, and for the
 * output of a hijacked stream. An interrupt of the waiting thread closes it, too (AbstractInterruptibleChannel).
 */
final class UnixConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;

    private final SocketChannel channel;
    private final InputStream input;
    private final OutputStream output;

    private UnixConnection(SocketChannel channel) {
        this.channel = channel;
        this.input = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
        this.output = Channels.newOutputStream(channel);
    }

    static UnixConnection open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new UnixConnection(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    InputStream input() {
        return input;
    }

    OutputStream output() {
        return output;
    }

    /** Tells the daemon that nothing more comes; it goes on sending. */
    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
