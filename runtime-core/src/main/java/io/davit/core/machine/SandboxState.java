package io.davit.core.machine;

import java.time.Instant;

/** Lifecycle of one sandbox. */
public record SandboxState(SandboxPhase phase, Instant createdAt) {
    /** A sandbox whose making begins. */
    public static SandboxState starting(Instant createdAt) {
        return new SandboxState(SandboxPhase.STARTING, createdAt);
    }

    SandboxState in(SandboxPhase next) {
        return new SandboxState(next, createdAt);
    }
}
