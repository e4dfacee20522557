package io.davit.backend.memory;

import io.davit.core.domain.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an argument vector does in this engine: data, because nothing really runs. The words are those of a small Linux
 * system where it has them.
 *
 * @param output what it writes to standard output as soon as it runs
 * @param complaint what it writes to standard error then
 * @param copiesInput goes on by copying standard input to standard output, and lives as long as that lasts
 * @param lifetime ends by itself after this; empty: never
 * @param code how it ends by itself
 * @param stubborn ignores every signal but SIGKILL
 * @param port listens on this port of its sandbox and sends back what it is sent
 */
record Program(
        String output,
        String complaint,
        boolean copiesInput,
        Optional<Duration> lifetime,
        int code,
        boolean stubborn,
        Optional<Integer> port) {
    private static final String KNOWN =
            "echo, complain, seq, true, false, exit, sleep, cat, stubborn and serve are what this engine can run";

    /** @throws Fault of kind Failed, as an engine says it when the program is not in the image */
    static Program of(List<String> arguments) {
        List<String> rest = arguments.subList(1, arguments.size());
        return switch (arguments.getFirst()) {
            case "echo" -> writing(String.join(" ", rest) + "\n", "");
            case "complain" -> writing("", String.join(" ", rest) + "\n");
            case "seq" -> writing(lines(number(arguments)), "");
            case "true" -> ending(0);
            case "false" -> ending(1);
            case "exit" -> ending(number(arguments));
            case "sleep" -> new Program("", "", false, sleep(arguments), 0, false, Optional.empty());
            case "cat" -> new Program("", "", true, Optional.empty(), 0, false, Optional.empty());
            case "stubborn" -> new Program("", "", false, Optional.empty(), 0, true, Optional.empty());
            case "serve" -> new Program("", "", false, Optional.empty(), 0, false, Optional.of(number(arguments)));
            default -> throw Fault.failed("exec of " + arguments.getFirst(), "no such program; " + KNOWN);
        };
    }

    /** What is left of it after it has run for {@code time}: it has said what it says, and some of its life is over. */
    Program after(Duration time) {
        Optional<Duration> rest = lifetime.map(all -> all.compareTo(time) > 0 ? all.minus(time) : Duration.ZERO);
        return new Program("", "", copiesInput, rest, code, stubborn, port);
    }

    private static Program writing(String output, String complaint) {
        return new Program(output, complaint, false, Optional.of(Duration.ZERO), 0, false, Optional.empty());
    }

    private static Program ending(int code) {
        return new Program("", "", false, Optional.of(Duration.ZERO), code, false, Optional.empty());
    }

    private static Optional<Duration> sleep(List<String> arguments) {
        if (arguments.equals(List.of("sleep", "infinity"))) return Optional.empty();
        return Optional.of(Duration.ofSeconds(number(arguments)));
    }

    private static String lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(line -> line + "\n").collect(Collectors.joining());
    }

    private static int number(List<String> arguments) {
        String word = arguments.size() == 2 ? arguments.get(1) : "";
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new Fault(new Fault.Kind.Failed("exec of " + arguments, "not one number: '" + word + "'"), e);
        }
    }
}
