package io.davit.core.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to run.
 *
 * @param arguments the whole argument vector; the first is the program's path or name
 * @param environment added to a minimal one (PATH, and LC_ALL=C)
 * @param input for its standard input
 * @param limit it is killed with its process group after this
 */
public record Command(
        List<String> arguments,
        Map<String, String> environment,
        byte[] input,
        Optional<Path> directory,
        Duration limit) {
    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        input = input.clone();
    }

    @Override
    public byte[] input() {
        return input.clone();
    }

    /** A program with a limit, and neither input nor a special environment. */
    public static Command of(Duration limit, String... arguments) {
        return new Command(List.of(arguments), Map.of(), new byte[0], Optional.empty(), limit);
    }
}
