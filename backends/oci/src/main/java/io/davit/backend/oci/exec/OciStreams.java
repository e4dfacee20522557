package io.davit.backend.oci.exec;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerLook;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.monitor.Conmon;
import io.davit.backend.oci.sandbox.SandboxDirectory;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.Streams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Streams of the oci backend. Thread-safe. */
public final class OciStreams implements Streams {
    private static final String EXEC = "run a command";

    private final ContainerLook look;
    private final VolatileLayout layout;
    private final DirectExec direct;
    private final MonitoredExec monitored;

    /** @param drain how long the output of a command is still read after its end */
    public OciStreams(ContainerLook look, VolatileLayout layout, Conmon conmon, Cgroups cgroups, Duration drain) {
        this.look = look;
        this.layout = layout;
        this.direct = new DirectExec(drain);
        this.monitored = new MonitoredExec(conmon, layout, cgroups);
    }

    @Override
    public int exec(ExecSpec spec, Stdio stdio) {
        ContainerId id = spec.container();
        Optional<ContainerNote> begun = look.begun(id);
        if (begun.isEmpty()) requireRunning(EXEC, id);
        try {
            return exec(spec, begun.orElseGet(() -> look.note(id)), stdio);
        } catch (Fault fault) {
            // It may have ended unnoticed: then that is the reason, and not what the runtime says of a missing process.
            if (fault.kind() instanceof Fault.Kind.Failed) requireRunning(EXEC, id);
            throw fault;
        }
    }

    private int exec(ExecSpec spec, ContainerNote note, Stdio stdio) {
        ContainerDirectory directory = look.directory(spec.container());
        boolean direct = !spec.tty() && !note.ociRuntime().copiesOutput();
        return direct ? this.direct.run(spec, directory, note, stdio) : monitored.run(spec, directory, note, stdio);
    }

    @Override
    public void attach(ContainerId id, Stdio stdio) {
        requireRunning("attach", id);
        Path bundle = look.directory(id).path();
        try (MonitorConnection connection = MonitorConnection.open(bundle, true).orElseThrow(() -> noMonitor(id))) {
            connection.relay(stdio, "the attachment to container " + id);
        }
    }

    private static Fault noMonitor(ContainerId id) {
        return Fault.failed("attach to container " + id, "its monitor has ended");
    }

    private void requireRunning(String doing, ContainerId id) {
        Sighting.OfContainer seen = look.look(id).orElseThrow(() -> Fault.absent(id));
        if (seen instanceof Sighting.RunningContainer) return;
        throw new Fault(new Fault.Kind.Refused(doing + " in container " + id, "it does not run"));
    }

    @Override
    public void forward(SandboxId id, int port, Stdio stdio) {
        SandboxDirectory directory = new SandboxDirectory(layout.sandbox(id));
        if (!Files.exists(directory.path())) throw Fault.absent(id);
        if (!directory.usable()) {
            throw new Fault(new Fault.Kind.Refused("forward a port of sandbox " + id, "it was stopped"));
        }
        Path netns = directory.pin(NamespaceKind.NET);
        PortForward.run(id, Optional.of(netns).filter(Files::exists), port, stdio);
    }
}
