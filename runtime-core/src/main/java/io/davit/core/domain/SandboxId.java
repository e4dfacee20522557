package io.davit.core.domain;

import java.util.random.RandomGenerator;

/** Names one pod sandbox for its whole life; 64 lower-case hexadecimal digits. */
public record SandboxId(String value) {
    public SandboxId {
        Hex64.check("pod_sandbox_id", value);
    }

    /** A new id; 256 random bits, so that it never meets another. */
    public static SandboxId random(RandomGenerator random) {
        return new SandboxId(Hex64.random(random));
    }

    @Override
    public String toString() {
        return value;
    }
}
