package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.node.Node;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import io.davit.core.store.ContainerRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Runs a command in a container and waits for it. It ends with its client. */
public final class ExecSync {
    /** Both outputs together: the kubelet takes no answer of more than 16 MiB, and there is a little around them. */
    private static final int OUTPUT_BYTES_MAX = 16 * 1024 * 1024 - 1024;

    /** For the outputs of all calls together, of a heap of 128 MiB. What finds no room is dropped. */
    private static final int OUTPUTS_BYTES_MAX = 32 * 1024 * 1024;
    /** Each is a process or two, some threads and descriptors; a node that probes so much at a time is in trouble. */
    private static final int CALLS_MAX = 500;

    private final Node node;
    private final OutputRoom room = new OutputRoom(OUTPUTS_BYTES_MAX);
    private final Semaphore calls = new Semaphore(CALLS_MAX);

    public ExecSync(Node node) {
        this.node = node;
    }

    /** What a command said, as far as it is kept, and its exit code. */
    public record Result(CappedOutput stdout, CappedOutput stderr, int exitCode) {}

    /**
     * @throws Fault Absent; Refused unless it runs; TimedOut; Exhausted while {@value #CALLS_MAX} others run; what the
     *     backend said
     */
    public Result run(ContainerId id, List<String> command, Optional<Duration> limit, Caller caller) {
        ContainerRecord record = node.store().get(id);
        ReopenContainerLog.requireRunning(record);
        if (!calls.tryAcquire()) {
            throw new Fault(new Fault.Kind.Exhausted(
                    "commands", CALLS_MAX + " of ExecSync run already; give hanging probes a timeout"));
        }
        try {
            return run(record, new ExecSpec(id, command, false, limit), caller);
        } finally {
            calls.release();
        }
    }

    private Result run(ContainerRecord record, ExecSpec spec, Caller caller) {
        OutputRoom.Share share = room.share(OUTPUT_BYTES_MAX);
        // Not before: the answer fills memory until it was sent.
        caller.whenGone(share::close);
        CappedOutput stdout = new CappedOutput(share);
        CappedOutput stderr = new CappedOutput(share);
        Stdio stdio = new Stdio(Optional.empty(), Optional.of(stdout), Optional.of(stderr), TerminalResizes.NONE);
        try (InterruptOnLeave _ = new InterruptOnLeave(caller)) {
            int exitCode = node.backendOf(record).streams().exec(spec, stdio);
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
