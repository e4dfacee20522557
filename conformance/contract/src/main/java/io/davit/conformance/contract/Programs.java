package io.davit.conformance.contract;

import io.davit.core.domain.Signal;
import java.util.List;
import java.util.Optional;

/**
 * Argument vectors that the contract runs. {@link ShellPrograms} has them for an image with busybox; a backend that runs
 * no real programs brings its own words.
 */
public interface Programs {
    /** Runs until it gets a signal; {@link #codeAfter} tells how it ends then. */
    List<String> untilTold();

    /** What {@link #untilTold} writes once it listens for signals; empty if it does so from its start. */
    default Optional<String> listening() {
        return Optional.empty();
    }

    /** The exit code of {@link #untilTold} after TERM or USR1. */
    int codeAfter(Signal signal);

    /** Ignores TERM and runs for ever. */
    List<String> stubborn();

    List<String> exit(int code);

    /** Not in the image. */
    List<String> missing();

    /** Writes {@code word} and a line end to standard output. */
    List<String> echo(String word);

    /** Writes {@code word} and a line end to standard error. */
    List<String> complain(String word);

    /** Writes the numbers from 1 to {@code count}, one on each line. */
    List<String> lines(int count);

    /** Copies its input to its output until the input ends. */
    List<String> cat();

    List<String> sleep(int seconds);

    /** Writes {@code word} and ends, but leaves a child behind that holds the output open for a minute. */
    List<String> leavesChild(String word);

    /** Listens on a TCP port of localhost and sends back what it is sent, for one connection after the other. */
    List<String> server(int port);
}
