package io.davit.core.domain;

import java.util.random.RandomGenerator;

/** Names one container for its whole life; 64 lower-case hexadecimal digits. */
public record ContainerId(String value) {
    public ContainerId {
        Hex64.check("container_id", value);
    }

    /** A new id; 256 random bits, so that it never meets another. */
    public static ContainerId random(RandomGenerator random) {
        return new ContainerId(Hex64.random(random));
    }

    @Override
    public String toString() {
        return value;
    }
}
