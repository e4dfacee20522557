package io.davit.backend.oci.exec;

import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.PidFd;
import io.davit.backend.oci.syscall.Spawn;
import io.davit.core.domain.Fault;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A command without a terminal, where the runtime gives it our pipes as they are: a third of the cost of a monitor. The
 * runtime's client ends with the command.
 */
final class DirectExec {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    private static final int QUEUE_BYTES_MAX = 128 * 1024;

    private final Duration drain;

    /** @param drain how long output is still read after the end of the command */
    DirectExec(Duration drain) {
        this.drain = drain;
    }

    int run(ExecSpec spec, ContainerDirectory container, ContainerNote note, Stdio stdio) {
        OutputQueue output = new OutputQueue(QUEUE_BYTES_MAX);
        try (Descriptor.Pipe kill = Descriptor.pipe()) {
            FutureTask<ExecPump.Outcome> task =
                    new FutureTask<>(() -> execute(spec, container, note, stdio.stdin(), kill.readEnd(), output));
            // All that blocks natively is done there. Starting a program does, too, until the child has called
            // execve(2):
            // on the few carriers of virtual threads each start would hold up other calls.
            Thread thread = Thread.ofPlatform().name("davit-exec").daemon().start(task);
            try {
                output.copyTo(stdio);
                return answer(spec, task.get());
            } catch (IOException | InterruptedException e) {
                output.abandon();
                kill.writeEnd().close();
                throw new Fault(new Fault.Kind.Cancelled("the command in container " + spec.container()), e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Fault fault) throw fault;
                throw Fault.failed(
                        "run a command in container " + spec.container(), e.getCause() == null ? e : e.getCause());
            } finally {
                joined(thread);
            }
        }
    }

    private ExecPump.Outcome execute(
            ExecSpec spec,
            ContainerDirectory container,
            ContainerNote note,
            Optional<InputStream> input,
            Descriptor kill,
            OutputQueue output) {
        try (ExecFiles files = ExecFiles.create(container, spec.command(), false);
                Descriptor.Pipe stdin = Descriptor.pipe();
                Descriptor.Pipe stdout = Descriptor.pipe();
                Descriptor.Pipe stderr = Descriptor.pipe()) {
            int in = input.isPresent() ? stdin.readEnd().number() : Spawn.NULL;
            List<Integer> descriptors =
                    List.of(in, stdout.writeEnd().number(), stderr.writeEnd().number());
            int client = Spawn.start(new Spawn.Program(
                    note.ociRuntime().program(),
                    commandLine(spec, note, files),
                    ENVIRONMENT,
                    container.path(),
                    descriptors));
            stdin.readEnd().close();
            stdout.writeEnd().close();
            stderr.writeEnd().close();
            // A child of ours keeps its number until it is reaped.
            try (PidFd process = PidFd.open(client).orElseThrow()) {
                ExecPump.Running running =
                        new ExecPump.Running(client, process, stdout.readEnd(), stderr.readEnd(), kill);
                ExecPump pump = new ExecPump(running, files.pid(), spec.limit(), drain, output);
                // Whoever carries the input owns its pipe, because it may outlive this call.
                Optional<InputPump> pumped = input.map(stream ->
                        new InputPump(stream, new PipeTarget(stdin.writeEnd().moved())));
                try {
                    return pump.run();
                } finally {
                    pumped.ifPresent(InputPump::close);
                }
            }
        } finally {
            output.end();
        }
    }

    private static List<String> commandLine(ExecSpec spec, ContainerNote note, ExecFiles files) {
        return note.ociRuntime()
                .commandLine(
                        "exec",
                        "--process",
                        files.process().toString(),
                        "--pid-file",
                        files.pid().toString(),
                        spec.container().value());
    }

    private static int answer(ExecSpec spec, ExecPump.Outcome outcome) {
        String what = "the command in container " + spec.container();
        return switch (outcome) {
            case ExecPump.Outcome.Exited(int code) -> code;
            case ExecPump.Outcome.NotStarted(String complaint) ->
                throw Fault.failed(
                        "start " + spec.command().getFirst() + " in container " + spec.container(), complaint);
            case ExecPump.Outcome.LimitMet _ ->
                throw new Fault(new Fault.Kind.TimedOut(what, spec.limit().orElseThrow()));
            case ExecPump.Outcome.Killed _ -> throw new Fault(new Fault.Kind.Cancelled(what));
        };
    }

    // Its descriptors are closed next; it ends within seconds, because the command was killed or has ended.
    private static void joined(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
