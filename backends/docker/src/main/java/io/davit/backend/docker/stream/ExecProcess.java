package io.davit.backend.docker.stream;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.davit.backend.docker.engine.Daemon;
import io.davit.core.domain.Fault;
import io.davit.core.spi.TerminalSize;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** One exec of Docker, by its id: how it ended, and how it is made to. */
record ExecProcess(Daemon daemon, String id) {
    private static final Duration LOOK_FIRST = Duration.ofMillis(2);
    private static final Duration LOOK_MAX = Duration.ofMillis(250);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** A daemon that was just starting the command does so within this, or never. */
    private static final Duration STARTING_MAX = Duration.ofSeconds(5);

    /**
     * What the daemon says of it.
     *
     * @param exitCode empty until it has ended
     * @param pid as the host sees it; 0 if it was never started
     */
    record Look(boolean running, OptionalInt exitCode, long pid) {
        int code() {
            return exitCode.orElse(0);
        }
    }

    /** Empty if the daemon has forgotten it, because its container was removed. */
    Optional<Look> look() {
        return daemon.look("inspect exec " + id, client -> {
            try {
                InspectExecResponse seen = client.inspectExecCmd(id).exec();
                Long code = seen.getExitCodeLong();
                Long pid = seen.getPidLong();
                return Optional.of(new Look(
                        Boolean.TRUE.equals(seen.isRunning()),
                        code == null ? OptionalInt.empty() : OptionalInt.of(code.intValue()),
                        pid == null ? 0 : pid));
            } catch (NotFoundException _) {
                return Optional.empty();
            }
        });
    }

    /** Waits for the end: a program may close its outputs long before it ends, and the daemon notes an end late. */
    Optional<Look> awaitEnd() throws InterruptedException {
        Duration pause = LOOK_FIRST;
        while (true) {
            Optional<Look> seen = look();
            if (seen.isEmpty() || !seen.get().running()) return seen;
            Thread.sleep(pause);
            if (pause.compareTo(LOOK_MAX) < 0) pause = pause.multipliedBy(2);
        }
    }

    /**
     * Kills the command with its children. The Engine API cannot: a client that leaves, leaves the command running
     * (kubernetes issue 110070). The client may have left while the daemon was starting the command, so one that has
     * not begun is waited for. On a thread of its own, because the caller's was interrupted, and may be again.
     */
    void kill() {
        AtomicReference<Optional<Fault>> trouble = new AtomicReference<>(Optional.empty());
        Thread killer = Thread.ofVirtual().name("docker-exec-kill").start(() -> {
            try {
                awaitRunning().map(Look::pid).flatMap(ProcessHandle::of).ifPresent(ExecProcess::killTree);
            } catch (Fault fault) {
                trouble.set(Optional.of(fault));
            } catch (InterruptedException _) { // nobody knows this thread
                trouble.set(Optional.of(new Fault(new Fault.Kind.Cancelled("killing exec " + id))));
            }
        });
        join(killer);
        if (trouble.get().isPresent()) throw trouble.get().get();
    }

    /** Empty if it has ended, or was not started for so long that it never will be. */
    private Optional<Look> awaitRunning() throws InterruptedException {
        long deadline = System.nanoTime() + STARTING_MAX.toNanos();
        Optional<Look> seen = look();
        while (seen.isPresent() && seen.get().exitCode().isEmpty() && System.nanoTime() < deadline) {
            if (seen.get().running() && seen.get().pid() > 1) return seen;
            Thread.sleep(LOOK_AGAIN);
            seen = look();
        }
        return Optional.empty();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    // Children before their parent: without it they would be the container's, and nobody could tell them apart.
    private static void killTree(ProcessHandle command) {
        List<ProcessHandle> children = command.descendants().toList();
        Stream.concat(children.reversed().stream(), Stream.of(command)).forEach(ProcessHandle::destroyForcibly);
    }

    void resize(TerminalSize size) {
        daemon.look(
                "resize the terminal of exec " + id,
                client -> client.resizeExecCmd(id)
                        .withSize(size.rows(), size.columns())
                        .exec());
    }
}
