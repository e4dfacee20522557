package io.davit.backend.oci.exec;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.monitor.Conmon;
import io.davit.backend.oci.monitor.ExecMonitor;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.Fault;
import io.davit.core.domain.StdioMode;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A command under a monitor of its own. That is the only way to a terminal whose command also has an exit code; and the
 * way to the exit code of a command that leaves a child with its output behind, where the runtime itself copies outputs:
 * runc exec ends only when the last of them is closed.
 */
final class MonitoredExec {
    private final Conmon conmon;
    private final VolatileLayout layout;
    private final Cgroups cgroups;

    MonitoredExec(Conmon conmon, VolatileLayout layout, Cgroups cgroups) {
        this.conmon = conmon;
        this.layout = layout;
        this.cgroups = cgroups;
    }

    int run(ExecSpec spec, ContainerDirectory container, ContainerNote note, Stdio stdio) {
        try (ExecFiles files = ExecFiles.create(container, spec.command(), spec.tty())) {
            String name = ContainerDirectory.commandName(spec.container(), files.name());
            Path socket = layout.sockets().resolve(name);
            StdioMode mode = new StdioMode(stdio.stdin().isPresent(), true, spec.tty());
            ExecMonitor.Request request = new ExecMonitor.Request(
                    spec.container(),
                    name,
                    files.directory(),
                    files.process(),
                    files.pid(),
                    mode,
                    note.ociRuntime(),
                    cgroups.group(note.monitorCgroup())::enterIfThere);
            try (ExecMonitor monitor = conmon.exec(request);
                    MonitorConnection connection = MonitorConnection.open(files.directory(), false)
                            .orElseThrow(() -> Fault.failed("start a command under a monitor", monitor.complaint()));
                    Deadline deadline = Deadline.of(spec.limit(), () -> kill(files, monitor))) {
                return relay(spec, files, monitor, connection, deadline, stdio);
            } finally {
                PrivateFiles.delete(socket);
            }
        }
    }

    private static int relay(
            ExecSpec spec,
            ExecFiles files,
            ExecMonitor monitor,
            MonitorConnection connection,
            Deadline deadline,
            Stdio stdio) {
        String what = "the command in container " + spec.container();
        try {
            begin(files, monitor, what);
            connection.relay(stdio, what);
            int code = monitor.exitCode();
            if (!deadline.met()) return code;
        } catch (Fault fault) {
            if (!deadline.met()) {
                kill(files, monitor);
                throw fault;
            }
        }
        throw new Fault(new Fault.Kind.TimedOut(what, spec.limit().orElseThrow()));
    }

    /** A client that leaves meanwhile does not wait for a runtime that hangs. */
    private static void begin(ExecFiles files, ExecMonitor monitor, String what) {
        FutureTask<Boolean> beginning = new FutureTask<>(() -> {
            monitor.begin();
            return true;
        });
        Thread thread = Thread.ofVirtual().name("davit-begin").start(beginning);
        try {
            boolean _ = beginning.get();
        } catch (InterruptedException e) {
            kill(files, monitor);
            // Without its command, or its runtime, the monitor tells the end at once; its pipes are closed next.
            boolean _ = ThrowAwayThread.call("await-beginning", () -> thread.join(Duration.ofMinutes(1)));
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled(what), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Fault fault) throw fault;
            throw Fault.failed("start " + what, e);
        }
    }

    private static void kill(ExecFiles files, ExecMonitor monitor) {
        if (!ExecKill.kill(files.pid(), monitor::ended)) monitor.kill();
    }
}
