package io.davit.core.streaming;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A port of localhost that sends back what it gets, until the end of it. */
final class EchoPort implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger open = new AtomicInteger();

    EchoPort() throws IOException {
        listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int number() {
        return listener.getLocalPort();
    }

    /** Connections that are open now. */
    int open() {
        return open.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.incrementAndGet();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException _) { // closed
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException _) { // the other side broke off
        } finally {
            open.decrementAndGet();
        }
    }
}
