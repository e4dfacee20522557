package io.davit.backend.docker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port in front of a registry that speaks plain HTTP. Docker tries HTTPS first; a server that waits for the rest of
 * what it takes for a request line would make it wait for ten seconds. This one hangs up at once.
 */
final class PlainFront implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket listening;
    private final int target;

    private PlainFront(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    /** @param registry host and port */
    static PlainFront of(String registry) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            PlainFront front =
                    new PlainFront(socket, Integer.parseInt(registry.substring(registry.lastIndexOf(':') + 1)));
            Thread.ofVirtual().name("plain-front").start(front::accept);
            return front;
        } catch (IOException e) {
            throw new AssertionError("no port for the registry", e);
        }
    }

    String host() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // close() asked for it
        }
    }

    private void serve(Socket client) {
        try (client) {
            int first = client.getInputStream().read();
            if (first < 0 || first == TLS_HANDSHAKE) return;
            try (Socket registry = new Socket(InetAddress.getLoopbackAddress(), target)) {
                registry.getOutputStream().write(first);
                Thread requests = Thread.ofVirtual().start(() -> copy(client, registry));
                copy(registry, client);
                requests.join();
            }
        } catch (IOException _) {
            // One of both has left.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // One of both has left.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
