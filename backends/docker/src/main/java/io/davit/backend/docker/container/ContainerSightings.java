package io.davit.backend.docker.container;

import io.davit.backend.docker.engine.ContainerState;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.log.ContainerLogs;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Sighting;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks at containers. That one has ended is told only after all of its log was copied: the kubelet ends kubectl logs
 * -f, and reads the log for a termination message, as soon as it sees the end.
 */
public final class ContainerSightings {
    /** Where the CRI wants the log; on the container, so that no table of ours can be lost. */
    static final String LOG_PATH = "io.davit.log";

    private static final Logger LOG = System.getLogger("io.davit.backend.docker");

    private final Daemon daemon;
    private final ContainerLogs logs;
    private final Clock clock;

    public ContainerSightings(Daemon daemon, ContainerLogs logs, Clock clock) {
        this.daemon = daemon;
        this.logs = logs;
        this.clock = clock;
    }

    public Optional<Sighting.OfContainer> look(ContainerId id) {
        return ContainerState.of(daemon, Names.of(id)).map(state -> sighting(id, state));
    }

    private Sighting.OfContainer sighting(ContainerId id, ContainerState state) {
        return switch (state.phase()) {
            case CREATED -> new Sighting.CreatedContainer(id);
            case RUNNING -> {
                follow(id, state);
                yield new Sighting.RunningContainer(
                        id, state.pid(), state.startedAt().orElseGet(clock::instant));
            }
            case EXITED -> {
                finishLog(id, state);
                yield new Sighting.ExitedContainer(id, state.startedAt(), exit(state));
            }
            case GOING -> new Sighting.UnclearContainer(id, "Docker is removing it, or could not remove all of it");
        };
    }

    /** From now on its log is copied. Idempotent. */
    void follow(ContainerId id, ContainerState state) {
        logPath(state).ifPresent(log -> state.logFile().ifPresent(json -> logs.follow(id, json, log)));
    }

    void finishLog(ContainerId id, ContainerState state) {
        try {
            logPath(state)
                    .ifPresent(
                            log -> state.logFile().filter(Files::exists).ifPresent(json -> logs.finish(id, json, log)));
        } catch (Fault fault) {
            // A full disk must not make a dead container look alive.
            LOG.log(Level.WARNING, fault.getMessage());
        }
    }

    private static Optional<Path> logPath(ContainerState state) {
        return state.label(LOG_PATH).filter(path -> !path.isEmpty()).map(Path::of);
    }

    private ExitStatus exit(ContainerState state) {
        Instant at = state.finishedAt().orElseGet(clock::instant);
        if (state.oomKilled()) return ExitStatus.oomKilled(state.exitCode(), at);
        return ExitStatus.exited(state.exitCode(), at);
    }
}
