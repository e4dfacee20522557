package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.node.Node;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import io.davit.core.store.ContainerRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs a command in a container and waits for it. It ends with its client. */
public final class ExecSync {
    /** Both outputs together: the kubelet takes no answer of more than 16 MiB, and there is a little around them. */
    private static final int OUTPUT_BYTES_MAX = 16 * 1024 * 1024 - 1024;

    private final Node node;

    public ExecSync(Node node) {
        this.node = node;
    }

    /** What a command said, as far as it is kept, and its exit code. */
    public record Result(CappedOutput stdout, CappedOutput stderr, int exitCode) {}

    /** @throws io.davit.core.domain.Fault Absent; Refused unless it runs; TimedOut; what the backend said */
    public Result run(ContainerId id, List<String> command, Optional<Duration> limit, Caller caller) {
        ContainerRecord record = node.store().get(id);
        ReopenContainerLog.requireRunning(record);
        CappedOutput.Room room = new CappedOutput.Room(OUTPUT_BYTES_MAX);
        CappedOutput stdout = new CappedOutput(room);
        CappedOutput stderr = new CappedOutput(room);
        Stdio stdio = new Stdio(Optional.empty(), Optional.of(stdout), Optional.of(stderr), TerminalResizes.NONE);
        try (InterruptOnLeave _ = new InterruptOnLeave(caller)) {
            int exitCode = node.backendOf(record).streams().exec(new ExecSpec(id, command, false, limit), stdio);
            return new Result(stdout, stderr, exitCode);
        }
    }

    /** Interrupts the thread that made it when the client leaves, but never after it was closed. */
    private static final class InterruptOnLeave implements AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private boolean closed;

        InterruptOnLeave(Caller caller) {
            caller.whenGone(this::interrupt);
        }

        private synchronized void interrupt() {
            if (!closed) thread.interrupt();
        }

        @Override
        public synchronized void close() {
            closed = true;
        }
    }
}
