package io.davit.backend.docker.stream;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.davit.backend.docker.engine.Daemon;
import io.davit.core.spi.TerminalSize;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One exec of Docker, by its id: how it ended, and how it is made to. */
record ExecProcess(Daemon daemon, String id) {
    private static final Duration LOOK_FIRST = Duration.ofMillis(2);
    private static final Duration LOOK_MAX = Duration.ofMillis(250);

    /** @param pid as the host sees it; 0 if it was never started */
    record Look(boolean running, int exitCode, long pid) {}

    /** Empty if the daemon has forgotten it, because its container was removed. */
    Optional<Look> look() {
        return daemon.look("inspect exec " + id, client -> {
            try {
                InspectExecResponse seen = client.inspectExecCmd(id).exec();
                Long code = seen.getExitCodeLong();
                Long pid = seen.getPidLong();
                return Optional.of(new Look(
                        Boolean.TRUE.equals(seen.isRunning()),
                        code == null ? 0 : code.intValue(),
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
     * (kubernetes issue 110070).
     */
    void kill() {
        Optional<Look> seen = look();
        if (seen.isEmpty() || !seen.get().running() || seen.get().pid() <= 1) return;
        ProcessHandle.of(seen.get().pid()).ifPresent(ExecProcess::killTree);
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
