package io.davit.backend.oci.exec;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;

/**
 * Carries a client's input to a process, on a platform thread of its own: both ends may block for as long as they like.
 * It ends with the input, with the process, or when it is closed; a read from the client that cannot be interrupted holds
 * the thread until the client's stream is closed.
 */
final class InputPump implements AutoCloseable {
    private static final Logger LOG = System.getLogger("io.davit.backend.oci");
    /** A monitor takes no longer packet (conmon, 32 KiB; half of a pipe's page-wise buffer does well). */
    private static final int PACKET_BYTES = 8 * 1024;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final InputStream input;
    private final Target target;
    private final Thread thread;
    private volatile boolean closed;

    /** Where input goes. */
    interface Target extends AutoCloseable {
        /** @return how much was taken, 0 if nothing can be taken now, -1 if nobody takes anything any more */
        int write(byte[] bytes, int offset, int length);

        /** Waits until something can be taken. */
        void awaitRoom(Duration limit);

        /** The input has ended. */
        void end();

        @Override
        void close();
    }

    InputPump(InputStream input, Target target) {
        this.input = input;
        this.target = target;
        this.thread = Thread.ofPlatform().name("davit-stdin").daemon().start(this::run);
    }

    private void run() {
        try (target) {
            byte[] buffer = new byte[PACKET_BYTES];
            for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
                if (!deliver(Arrays.copyOf(buffer, length))) return;
            }
            if (!closed) target.end();
        } catch (IOException _) {
            // The client has left: to the process that is the end of its input.
            if (!closed) target.end();
        } catch (Fault fault) {
            LOG.log(Level.DEBUG, "input of a process: " + fault.getMessage());
        }
    }

    private boolean deliver(byte[] bytes) {
        int offset = 0;
        while (offset < bytes.length) {
            if (closed) return false;
            int written = target.write(bytes, offset, bytes.length - offset);
            if (written < 0) return false;
            if (written == 0) target.awaitRoom(LOOK_AGAIN);
            offset += written;
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
