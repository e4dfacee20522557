package io.davit.core.domain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A variable of a process. The value is bytes: the protocol allows what no charset describes. */
public record EnvironmentVariable(String name, byte[] value) {
    public EnvironmentVariable {
        value = value.clone();
    }

    public static EnvironmentVariable of(String name, String value) {
        return new EnvironmentVariable(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public byte[] value() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EnvironmentVariable(String otherName, byte[] otherValue)
                && otherName.equals(name)
                && Arrays.equals(otherValue, value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    /** The name alone: values often are secrets. */
    @Override
    public String toString() {
        return name;
    }
}
