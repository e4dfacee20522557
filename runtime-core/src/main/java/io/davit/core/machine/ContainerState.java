package io.davit.core.machine;

import io.davit.core.domain.ExitStatus;
import java.time.Instant;
import java.util.Optional;

/** Lifecycle of one container: each record has the facts of its phase, no others, and forgets none. */
public sealed interface ContainerState {
    record Creating(Instant createdAt) implements ContainerState {}

    record Created(Instant createdAt) implements ContainerState {}

    record Starting(Instant createdAt) implements ContainerState {}

    record Running(Instant createdAt, Instant startedAt, long pid) implements ContainerState {}

    record Exited(Instant createdAt, Optional<Instant> startedAt, ExitStatus exit) implements ContainerState {}

    record Removing(ContainerState was) implements ContainerState {
        @Override
        public Instant createdAt() {
            return was.createdAt();
        }
    }

    record Unknown(ContainerState was, String why) implements ContainerState {
        @Override
        public Instant createdAt() {
            return was.createdAt();
        }
    }

    Instant createdAt();

    default ContainerPhase phase() {
        return switch (this) {
            case Creating _ -> ContainerPhase.CREATING;
            case Created _ -> ContainerPhase.CREATED;
            case Starting _ -> ContainerPhase.STARTING;
            case Running _ -> ContainerPhase.RUNNING;
            case Exited _ -> ContainerPhase.EXITED;
            case Removing _ -> ContainerPhase.REMOVING;
            case Unknown _ -> ContainerPhase.UNKNOWN;
        };
    }

    /** When the user's process began, as far as it ever did. */
    default Optional<Instant> begun() {
        return switch (this) {
            case Creating _, Created _, Starting _ -> Optional.empty();
            case Running running -> Optional.of(running.startedAt);
            case Exited exited -> exited.startedAt;
            case Removing removing -> removing.was.begun();
            case Unknown unknown -> unknown.was.begun();
        };
    }

    /** How it ended, once it has. */
    default Optional<ExitStatus> ended() {
        return switch (this) {
            case Creating _, Created _, Starting _, Running _ -> Optional.empty();
            case Exited exited -> Optional.of(exited.exit);
            case Removing removing -> removing.was.ended();
            case Unknown unknown -> unknown.was.ended();
        };
    }
}
