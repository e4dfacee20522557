package io.davit.backend.oci.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a port of this host, slowly, and cuts each one after so many bytes of answers. */
final class CuttingProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger cuts = new AtomicInteger();
    private final int target;
    private final long bytesMax;
    private final Duration pause;

    /** @param pause before each part of an answer */
    CuttingProxy(int target, long bytesMax, Duration pause) throws IOException {
        this.target = target;
        this.bytesMax = bytesMax;
        this.pause = pause;
        var _ = threads.submit(this::accept);
    }

    String host() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    int cuts() {
        return cuts.get();
    }

    private Void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            var _ = threads.submit(() -> connect(client));
        }
    }

    private Void connect(Socket client) throws IOException, InterruptedException {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            var _ = threads.submit(() -> client.getInputStream().transferTo(server.getOutputStream()));
            InputStream from = server.getInputStream();
            OutputStream to = client.getOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            long passed = 0;
            for (int count; (count = from.read(chunk)) >= 0; ) {
                Thread.sleep(pause);
                to.write(chunk, 0, count);
                passed += count;
                if (passed < bytesMax) continue;
                cuts.incrementAndGet();
                // A reset, not an end: what is under way is lost.
                client.setSoLinger(true, 0);
                return null;
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
