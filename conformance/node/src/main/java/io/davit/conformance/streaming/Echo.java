package io.davit.conformance.streaming;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that sends back what it gets, and clients that check it. Needs nothing but the JDK, so that it runs from its
 * source in any network namespace: {@code java Echo.java serve ADDRESS PORT...} serves until it is killed, and
 * {@code java Echo.java ask PORT COUNT PARALLEL BYTES} makes so many connections to loopback.
 */
public final class Echo {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int BACKLOG = 1024;

    private Echo() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("serve")) {
            for (int i = 1; i + 1 < arguments.length; i += 2) {
                serve(InetAddress.ofLiteral(arguments[i]), Integer.parseInt(arguments[i + 1]));
            }
            Thread.currentThread().join();
        } else {
            int failed = ask(
                    Integer.parseInt(arguments[1]),
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]),
                    Integer.parseInt(arguments[4]));
            System.out.println(failed + " failed");
            System.exit(failed == 0 ? 0 : 1);
        }
    }

    private static void serve(InetAddress address, int port) throws IOException {
        ServerSocket listener = new ServerSocket(port, BACKLOG, address);
        Thread.ofPlatform().start(() -> {
            try (listener) {
                while (true) {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> answer(client));
                }
            } catch (IOException e) {
                System.err.println("no more connections: " + e);
            }
        });
    }

    private static void answer(Socket client) {
        try (client;
                InputStream in = client.getInputStream();
                OutputStream out = client.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            System.err.println("a client left early: " + e);
        }
    }

    private static int ask(int port, int count, int parallel, int bytes) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Thread[] clients = new Thread[parallel];
        for (int i = 0; i < parallel; i++) {
            clients[i] = Thread.ofVirtual().start(() -> {
                while (next.getAndIncrement() < count) {
                    if (!isEchoed(port, bytes)) failed.incrementAndGet();
                }
            });
        }
        for (Thread client : clients) {
            client.join();
        }
        return failed.get();
    }

    private static boolean isEchoed(int port, int length) {
        byte[] sent = new byte[length];
        ThreadLocalRandom.current().nextBytes(sent);
        byte[] got = new byte[length];
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            Thread writer = Thread.ofVirtual().start(() -> send(socket, sent));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readFully(got);
            writer.join();
            return Arrays.equals(sent, got) && in.read() < 0;
        } catch (IOException e) {
            System.err.println(e);
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            System.err.println("sending: " + e);
        }
    }
}
