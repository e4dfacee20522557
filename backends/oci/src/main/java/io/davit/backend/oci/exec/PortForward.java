package io.davit.backend.oci.exec;

import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.backend.oci.syscall.Namespaces;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A connection to a port of localhost in a pod's network. The socket is made and connected on a thread that has entered
 * the namespace, and belongs to it from then on; the copying is done wherever.
 */
final class PortForward {
    // Which of the two a program listens on is not known before; IPv4 is what most do.
    private static final String[] LOCALHOSTS = {"127.0.0.1", "::1"};
    private static final int BUFFER_BYTES = 32 * 1024;

    private PortForward() {}

    /** @param netns empty for the node's own network */
    static void run(SandboxId id, Optional<Path> netns, int port, Stdio stdio) {
        String what = "forwarding port " + port + " of sandbox " + id;
        try (SocketChannel channel = connect(netns, port)) {
            Optional<Thread> input = stdio.stdin()
                    .map(stream -> Thread.ofVirtual().name("davit-forward").start(() -> send(stream, channel)));
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

    private static SocketChannel connect(Optional<Path> netns, int port) {
        return ThrowAwayThread.call("connect-in-netns", () -> {
            netns.ifPresent(path -> Namespaces.enter(path, NamespaceKind.NET));
            IOException first = new IOException("nobody listens on port " + port);
            for (String host : LOCALHOSTS) {
                try {
                    return SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral(host), port));
                } catch (IOException e) {
                    first.addSuppressed(e);
                }
            }
            throw Fault.failed("connect to port " + port + " of the pod", first.getSuppressed()[0]);
        });
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
