package io.davit.backend.oci.exec;

import io.davit.backend.oci.syscall.PacketSocket;
import io.davit.backend.oci.syscall.Poll;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One client at the attach socket of a monitor. Packets from it are a byte that says which output, and the bytes; those
 * to it are input. A monitor waits for clients that do not read, and the container with it: so a thread of its own reads
 * always, and a client that holds up the container for too long is dropped.
 */
final class MonitorConnection implements AutoCloseable {
    private static final String SOCKET = "attach";
    private static final int PACKET_BYTES_MAX = 1 + 32 * 1024;
    private static final byte STDERR = 3;
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final int QUEUE_BYTES_MAX = 256 * 1024;
    /** A client may hold up others for so long altogether, and for a twentieth of the time that it is there. */
    private static final Duration STALL_MAX = Duration.ofSeconds(1);

    private static final int STALL_SHARE = 20;

    private final PacketSocket socket;
    private final Path bundle;
    private final boolean dropSlow;
    private final OutputQueue output = new OutputQueue(QUEUE_BYTES_MAX);
    private final Thread reader;
    private Optional<Thread> relaying = Optional.empty(); // guarded by this
    private boolean dropped; // guarded by this

    private MonitorConnection(PacketSocket socket, Path bundle, boolean dropSlow) {
        this.socket = socket;
        this.bundle = bundle;
        this.dropSlow = dropSlow;
        this.reader = Thread.ofPlatform().name("davit-attach").daemon().start(this::read);
    }

    /**
     * @param bundle the directory with the socket
     * @param dropSlow whether others depend on the output being taken
     * @return empty if nobody listens
     */
    static Optional<MonitorConnection> open(Path bundle, boolean dropSlow) {
        return PacketSocket.connect(bundle, SOCKET).map(socket -> new MonitorConnection(socket, bundle, dropSlow));
    }

    private void read() {
        byte[] packet = new byte[PACKET_BYTES_MAX];
        long begun = System.nanoTime();
        long stalled = 0;
        try {
            while (true) {
                Poll.readable(List.of(socket.descriptor()), FOR_EVER);
                int length = socket.receive(packet);
                if (length == 0) return;
                if (length < 2) continue;
                OutputQueue.Chunk chunk =
                        new OutputQueue.Chunk(packet[0] == STDERR, Arrays.copyOfRange(packet, 1, length));
                if (!dropSlow) {
                    output.put(chunk);
                    continue;
                }
                long before = System.nanoTime();
                long patience = STALL_MAX.toNanos() + (before - begun) / STALL_SHARE - stalled;
                if (!output.offer(chunk, Duration.ofNanos(patience))) {
                    drop();
                    return;
                }
                stalled += System.nanoTime() - before;
            }
        } finally {
            socket.disconnect();
            output.end();
        }
    }

    /** The client may be waited for at this moment, and without end. */
    private synchronized void drop() {
        dropped = true;
        output.abandon();
        relaying.ifPresent(Thread::interrupt);
    }

    /** Copies until the process has ended, or its monitor has. */
    void relay(Stdio stdio, String what) {
        Optional<InputPump> input =
                stdio.stdin().map(stream -> new InputPump(stream, new SocketTarget(socket.duplicate())));
        Thread resizes = Thread.ofVirtual().name("davit-resize").start(new Resizes(bundle, stdio.resizes()));
        try {
            copyTo(stdio);
        } catch (IOException | InterruptedException e) {
            throw new Fault(new Fault.Kind.Cancelled(what), e);
        } finally {
            input.ifPresent(InputPump::close);
            resizes.interrupt();
        }
        if (wasDropped()) {
            throw new Fault(new Fault.Kind.Exhausted(
                    what, "the client reads slower than the output comes, and would hold up the container"));
        }
    }

    private void copyTo(Stdio stdio) throws IOException, InterruptedException {
        relaying(Optional.of(Thread.currentThread()));
        try {
            output.copyTo(stdio);
        } catch (IOException | InterruptedException e) {
            if (!wasDropped()) throw e;
        } finally {
            relaying(Optional.empty());
            if (wasDropped()) Thread.interrupted(); // it was ours, and is done with
        }
    }

    private synchronized void relaying(Optional<Thread> thread) {
        relaying = thread;
    }

    private synchronized boolean wasDropped() {
        return dropped;
    }

    @Override
    public void close() {
        output.abandon();
        socket.disconnect();
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        socket.close();
        if (interrupted) Thread.currentThread().interrupt();
    }

    private record SocketTarget(PacketSocket socket) implements InputPump.Target {
        @Override
        public int write(byte[] bytes, int offset, int length) {
            return socket.send(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void awaitRoom(Duration limit) {
            Poll.writable(socket.descriptor(), limit);
        }

        @Override
        public void end() {
            socket.endOfInput();
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
