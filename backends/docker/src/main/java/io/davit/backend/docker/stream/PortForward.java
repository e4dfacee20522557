package io.davit.backend.docker.stream;

import io.davit.backend.docker.kernel.ThrowAwayThread;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A connection to localhost inside a pod, without a helper program of the host: IPv4 first, then IPv6. */
final class PortForward {
    private static final List<String> LOCALHOSTS = List.of("127.0.0.1", "::1");
    private static final int BUFFER_BYTES = 32 << 10;

    private PortForward() {}

    /** @param network namespace of the pod; empty is the host's */
    static void run(Optional<Path> network, int port, Stdio stdio) {
        String what = "forwarding port " + port;
        try (SocketChannel channel = connect(network, port)) {
            Optional<Thread> input = stdio.stdin()
                    .map(stream -> Thread.ofVirtual().name("docker-forward").start(() -> send(stream, channel)));
            try {
                receive(channel, stdio);
            } finally {
                input.ifPresent(Thread::interrupt);
            }
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) throw new Fault(new Fault.Kind.Cancelled(what), e);
            throw Fault.failed(what, e);
        }
    }

    private static SocketChannel connect(Optional<Path> network, int port) {
        return network.map(path -> ThrowAwayThread.inNetwork(path, () -> open(port)))
                .orElseGet(() -> open(port));
    }

    private static SocketChannel open(int port) {
        Optional<IOException> first = Optional.empty();
        for (String host : LOCALHOSTS) {
            try {
                return SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral(host), port));
            } catch (IOException e) {
                if (first.isEmpty()) first = Optional.of(e);
            }
        }
        throw Fault.failed("connect to port " + port + " of the pod", first.orElseThrow());
    }

    private static void send(InputStream client, SocketChannel channel) {
        try {
            client.transferTo(Channels.newOutputStream(channel));
            channel.shutdownOutput();
        } catch (IOException _) {
            // The client has left, or the connection has ended; the other direction sees it too.
        }
    }

    private static void receive(SocketChannel channel, Stdio stdio) throws IOException {
        InputStream answers = Channels.newInputStream(channel);
        OutputStream client = stdio.stdout().orElse(OutputStream.nullOutputStream());
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int length = answers.read(buffer); length >= 0; length = answers.read(buffer)) {
            client.write(buffer, 0, length);
            client.flush();
        }
    }
}
