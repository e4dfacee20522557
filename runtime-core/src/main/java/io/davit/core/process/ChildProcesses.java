package io.davit.core.process;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Runs short-lived programs as children of this process. At most {@code parallelMax} run at a time, served in the
 * order of their arrival: beyond about twice the cores only the latency of each grows. The JDK closes every
 * descriptor above 2 in the child. A program's limit counts from its start, not from the wait for a place. Safe for
 * all threads.
 */
public final class ChildProcesses implements Commands {
    /** More of an output is read and dropped. */
    static final int OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

    /** How long a pipe is still read after the program's end: a child it left behind may hold it for ever. */
    private static final long PIPE_GRACE_MILLIS = 500;

    private final Semaphore places;

    public ChildProcesses(int parallelMax) {
        this.places = new Semaphore(parallelMax, true);
    }

    /** Twice as many at a time as this machine has processors. */
    public static ChildProcesses forThisMachine() {
        return new ChildProcesses(2 * Runtime.getRuntime().availableProcessors());
    }

    @Override
    public CommandResult run(Command command) {
        String program = command.arguments().getFirst();
        try {
            places.acquire();
        } catch (InterruptedException e) {
            throw cancelled(program, e);
        }
        try {
            return runNow(program, command);
        } finally {
            places.release();
        }
    }

    private static CommandResult runNow(String program, Command command) {
        byte[] input = command.input();
        Process process = start(program, command, input.length > 0);
        try {
            CappedOutput stdout = CappedOutput.of(process.getInputStream(), OUTPUT_BYTES_MAX);
            CappedOutput stderr = CappedOutput.of(process.getErrorStream(), OUTPUT_BYTES_MAX);
            if (input.length > 0) feed(process.getOutputStream(), input);
            if (!process.waitFor(command.limit())) {
                throw new Fault(new Fault.Kind.TimedOut(program, command.limit()));
            }
            return new CommandResult(
                    process.exitValue(), stdout.bytes(PIPE_GRACE_MILLIS), stderr.bytes(PIPE_GRACE_MILLIS));
        } catch (InterruptedException e) {
            throw cancelled(program, e);
        } finally {
            if (process.isAlive()) ProcessTree.kill(process);
            close(process);
        }
    }

    private static Process start(String program, Command command, boolean hasInput) {
        List<String> arguments = new ArrayList<>(command.arguments());
        arguments.set(0, ProgramPath.resolve(program));
        ProcessBuilder builder = new ProcessBuilder(arguments);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", ProgramPath.PATH);
        environment.put("LC_ALL", "C");
        environment.putAll(command.environment());
        command.directory().map(Path::toFile).ifPresent(builder::directory);
        if (!hasInput) builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw Fault.failed("running " + program, e);
        }
    }

    /** On a thread of its own: a program that does not read its input must still meet its limit. */
    private static void feed(OutputStream stdin, byte[] input) {
        Thread.ofVirtual().name("input").start(() -> {
            try (stdin) {
                stdin.write(input);
            } catch (IOException _) {
                // the program ended without reading all of its input, which is its right
            }
        });
    }

    private static void close(Process process) {
        try {
            process.getInputStream().close();
            process.getErrorStream().close();
        } catch (IOException _) {
            // a pipe of a program that has ended: nothing is left to lose
        }
    }

    private static Fault cancelled(String program, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new Fault(new Fault.Kind.Cancelled("running " + program), cause);
    }
}
