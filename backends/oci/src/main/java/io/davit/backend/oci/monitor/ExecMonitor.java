package io.davit.backend.oci.monitor;

import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessTree;
import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.PidFd;
import io.davit.backend.oci.syscall.Poll;
import io.davit.backend.oci.syscall.Signals;
import io.davit.backend.oci.syscall.Spawn;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.StdioMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A monitor of one command in a running container. Unlike a container's it stays our child and ends with
 * the command. It waits for a byte on the start pipe, makes its attach socket and says so on the attach pipe, waits for
 * another byte, starts the command, and tells first its process id and at last its exit code on the sync pipe.
 */
public final class ExecMonitor implements AutoCloseable {
    private static final Duration STEP_MAX = Duration.ofMinutes(2);
    private static final Duration END_MAX = Duration.ofSeconds(5);
    private static final byte[] GO = {0};

    private final Request request;
    private final int pid;
    private final PidFd process;
    private final Descriptor sync;
    private final Descriptor start;

    /**
     * The command to run.
     *
     * @param name of its socket, unique among all monitors
     * @param directory of its own: socket, fifos
     * @param processFile config.json's process
     * @param pidFile written when the command was started
     * @param join moves the process of that number to where the container's monitor is, before it has children
     */
    public record Request(
            ContainerId container,
            String name,
            Path directory,
            Path processFile,
            Path pidFile,
            StdioMode stdio,
            OciRuntime runtime,
            LongConsumer join) {}

    private ExecMonitor(Request request, int pid, Descriptor sync, Descriptor start) {
        this.request = request;
        this.pid = pid;
        // A child of ours keeps its number until it is reaped.
        this.process = PidFd.open(pid).orElseThrow();
        this.sync = sync;
        this.start = start;
    }

    /** Starts it up to the point where a client can attach; nothing was executed in the container yet. */
    static ExecMonitor start(Path program, VolatileLayout layout, Request request) {
        return ThrowAwayThread.call("start-monitor", () -> startNow(program, layout, request));
    }

    private static ExecMonitor startNow(Path program, VolatileLayout layout, Request request) {
        try (Descriptor.Pipe sync = Descriptor.pipe();
                Descriptor.Pipe start = Descriptor.pipe();
                Descriptor.Pipe attach = Descriptor.pipe();
                Descriptor complaints = Descriptor.create(new MonitorFiles(request.directory()).complaints())) {
            List<Integer> descriptors = List.of(
                    Spawn.NULL,
                    Spawn.NULL,
                    complaints.number(),
                    sync.writeEnd().number(),
                    start.readEnd().number(),
                    attach.writeEnd().number());
            int pid = Spawn.start(new Spawn.Program(
                    program,
                    arguments(program, layout, request),
                    Conmon.EXEC_ENVIRONMENT,
                    request.directory(),
                    descriptors));
            sync.writeEnd().close();
            attach.writeEnd().close();
            ExecMonitor monitor = new ExecMonitor(
                    request, pid, sync.readEnd().moved(), start.writeEnd().moved());
            try {
                request.join().accept(pid);
                monitor.start.write(GO);
                Optional<SyncReport> ready = SyncReport.read(attach.readEnd(), STEP_MAX);
                if (ready.isEmpty()) throw monitor.silent();
                return monitor;
            } catch (Fault fault) {
                monitor.close();
                throw fault;
            }
        }
    }

    private static List<String> arguments(Path program, VolatileLayout layout, Request request) {
        List<String> arguments = new ArrayList<>(List.of(program.toString(), "--api-version", "--sync", "-e"));
        arguments.addAll(List.of("--exec-attach", "-b", request.directory().toString()));
        arguments.addAll(List.of(
                "-u",
                request.name(),
                "-n",
                request.name(),
                "-c",
                request.container().value()));
        arguments.addAll(List.of("--exec-process-spec", request.processFile().toString()));
        arguments.addAll(List.of("-p", request.pidFile().toString(), "-l", "none", "--log-level", "error"));
        arguments.addAll(List.of("--socket-dir-path", layout.sockets().toString()));
        arguments.addAll(List.of("-r", request.runtime().program().toString()));
        request.runtime().globalArguments().forEach(argument -> arguments.add("--runtime-arg=" + argument));
        if (request.stdio().stdin()) arguments.add("-i");
        if (request.stdio().tty()) arguments.add("-t");
        return arguments;
    }

    /** Starts the command; a client should be attached, because output goes to those who are. */
    public void begin() {
        start.write(GO);
        SyncReport report = next();
        if (report.number() >= 0) return;
        throw Fault.failed("start a command in container " + request.container(), report.message());
    }

    /** The exit code of the command; 128 + n after signal n. */
    public int exitCode() {
        SyncReport report = next();
        if (report.number() >= 0) return (int) report.number();
        throw Fault.failed("run a command in container " + request.container(), report.message());
    }

    private SyncReport next() {
        return ThrowAwayThread.call("await-monitor", () -> SyncReport.read(sync, STEP_MAX))
                .orElseThrow(this::silent);
    }

    private Fault silent() {
        return Fault.failed("run a command in container " + request.container(), complaint());
    }

    /** What the monitor had to say about itself. */
    public String complaint() {
        return Optional.of(MonitorFiles.complaintIn(request.directory()))
                .filter(text -> !text.isEmpty())
                .orElse("the monitor said nothing");
    }

    /** Ends the monitor and the runtime that it waits for; for one whose command does not begin. */
    public void kill() {
        ProcessIdentity.of(pid).ifPresent(ProcessTree::kill);
    }

    public boolean ended() {
        return !Poll.readable(List.of(process.descriptor()), Duration.ZERO).isEmpty();
    }

    @Override
    public void close() {
        start.close();
        boolean gone = ThrowAwayThread.call("await-monitor", () -> {
            if (Poll.readable(List.of(process.descriptor()), END_MAX).isEmpty()) process.send(Signals.KILL);
            Spawn.reap(pid);
            return true;
        });
        if (gone) process.close();
        sync.close();
    }
}
