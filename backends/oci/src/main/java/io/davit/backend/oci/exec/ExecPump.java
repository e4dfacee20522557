package io.davit.backend.oci.exec;

import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.PidFd;
import io.davit.backend.oci.syscall.Poll;
import io.davit.backend.oci.syscall.Signals;
import io.davit.backend.oci.syscall.Spawn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the outputs of a command and waits for its end, its time limit, or the order to kill it; on a platform thread of
 * its own, because all of it blocks natively. After the end it reads on for a while only: a child may hold the pipes open
 * for ever.
 */
final class ExecPump {
    private static final int CHUNK_BYTES = 32 * 1024;
    /** After the end: more than fits in a pipe comes from a child. */
    private static final int LATE_BYTES_MAX = 1024 * 1024;
    /** Standard error before it is known whether the command was started; more than a runtime's complaint. */
    private static final int HELD_BYTES_MAX = 64 * 1024;
    /** For the runtime's client to end when its command was killed. */
    private static final Duration CLIENT_END_MAX = Duration.ofSeconds(2);

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final Running running;
    private final Path pidFile;
    private final Optional<Duration> limit;
    private final Duration drain;
    private final OutputQueue output;
    private final byte[] buffer = new byte[CHUNK_BYTES];
    private final HeldComplaint held = new HeldComplaint();

    private boolean killed;
    private Optional<Integer> code = Optional.empty();

    /** The runtime's client, with our ends of its outputs and a pipe that says "kill" by a byte or its end. */
    record Running(int client, PidFd process, Descriptor stdout, Descriptor stderr, Descriptor kill) {}

    /** How it went. */
    sealed interface Outcome {
        record Exited(int code) implements Outcome {}

        record NotStarted(String complaint) implements Outcome {}

        record LimitMet() implements Outcome {}

        record Killed() implements Outcome {}
    }

    ExecPump(Running running, Path pidFile, Optional<Duration> limit, Duration drain, OutputQueue output) {
        this.running = running;
        this.pidFile = pidFile;
        this.limit = limit;
        this.drain = drain;
        this.output = output;
    }

    Outcome run() {
        try {
            return pump();
        } finally {
            output.end();
        }
    }

    private Outcome pump() {
        long deadline = System.nanoTime() + limit.orElse(FOR_EVER).toNanos();
        Outcome outcome = new Outcome.Exited(0);
        List<Descriptor> open = new ArrayList<>(List.of(running.stdout(), running.stderr()));
        while (code.isEmpty()) {
            List<Descriptor> watched = new ArrayList<>(open);
            watched.add(running.process().descriptor());
            if (!killed) watched.add(running.kill());
            List<Descriptor> ready = Poll.readable(watched, left(deadline));
            open.removeIf(pipe -> ready.contains(pipe) && !read(pipe));
            if (ready.contains(running.process().descriptor())) code = Optional.of(Spawn.reap(running.client()));
            if (ready.contains(running.kill())) outcome = killed(new Outcome.Killed());
            if (ready.isEmpty() && limit.isPresent() && !killed) outcome = killed(new Outcome.LimitMet());
            else if (ready.isEmpty() && killed) Signals.sendToGroup(running.client(), Signals.KILL);
            if (killed && code.isEmpty()) deadline = System.nanoTime() + CLIENT_END_MAX.toNanos();
        }
        drain(open);
        return outcome instanceof Outcome.Exited ? ended(code.orElseThrow()) : outcome;
    }

    private Outcome killed(Outcome why) {
        killed = true;
        boolean _ = ExecKill.kill(
                pidFile,
                () -> !Poll.readable(List.of(running.process().descriptor()), Duration.ZERO)
                        .isEmpty());
        return why;
    }

    private Outcome ended(int exitCode) {
        boolean started = Files.exists(pidFile);
        if (!started && exitCode != 0) return new Outcome.NotStarted(held.text());
        held.release(output);
        return new Outcome.Exited(exitCode);
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** @return false at the end of the pipe */
    private boolean read(Descriptor pipe) {
        int length = pipe.read(buffer);
        if (length <= 0) return false;
        boolean stderr = pipe.number() == running.stderr().number();
        OutputQueue.Chunk chunk = new OutputQueue.Chunk(stderr, Arrays.copyOf(buffer, length));
        // What the runtime itself says before the command was started must not look like the command's words.
        if (stderr && held.keeps(chunk, HELD_BYTES_MAX, pidFile)) return true;
        if (stderr) held.release(output);
        output.put(chunk);
        return true;
    }

    private void drain(List<Descriptor> open) {
        long patience = drain.toNanos();
        int bytes = 0;
        while (!open.isEmpty() && patience > 0 && bytes < LATE_BYTES_MAX) {
            long before = System.nanoTime();
            List<Descriptor> ready = Poll.readable(open, Duration.ofNanos(patience));
            // The client's slowness is no reason to cut it off: only waiting counts.
            patience -= System.nanoTime() - before;
            open.removeIf(pipe -> ready.contains(pipe) && !read(pipe));
            bytes += ready.size() * CHUNK_BYTES;
        }
    }
}
