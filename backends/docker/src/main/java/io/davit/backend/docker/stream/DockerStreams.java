package io.davit.backend.docker.stream;

import io.davit.backend.docker.engine.ContainerState;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.engine.Refusal;
import io.davit.backend.docker.sandbox.PodFiles;
import io.davit.backend.docker.wire.Hijacked;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.Streams;
import io.davit.core.spi.TerminalSize;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Exec, attach and port forwarding with Docker. Nothing here keeps more than a bounded number of bytes. */
public final class DockerStreams implements Streams {
    private static final Logger LOG = System.getLogger("io.davit.backend.docker");
    /** Docker would end a stream at ctrl-p ctrl-q, which people type; these keys hardly anybody. */
    static final String DETACH_KEYS = "ctrl-@,ctrl-_,ctrl-@,ctrl-_";

    private final Daemon daemon;
    private final Path pods;

    /** @param pods directory of all pods' files */
    public DockerStreams(Daemon daemon, Path pods) {
        this.daemon = daemon;
        this.pods = pods;
    }

    @Override
    public int exec(ExecSpec spec, Stdio stdio) {
        ContainerState state = running(spec.container(), "run a command in container ");
        return new ExecRun(daemon, spec, stdio, Names.of(spec.container())).run(state);
    }

    private ContainerState running(ContainerId id, String doing) {
        ContainerState state = ContainerState.of(daemon, Names.of(id)).orElseThrow(() -> Fault.absent(id));
        if (state.phase() == ContainerState.Phase.RUNNING) return state;
        throw new Fault(new Fault.Kind.Refused(doing + id, "it does not run"));
    }

    @Override
    public void attach(ContainerId id, Stdio stdio) {
        String doing = "attach to container " + id;
        ContainerState state = running(id, "attach to container ");
        String path = "/containers/" + Names.of(id) + "/attach?stream=1&stdin=" + flag(stdio.stdin()) + "&stdout="
                + flag(stdio.stdout()) + "&stderr=" + flag(stdio.stderr()) + "&detachKeys=" + DETACH_KEYS;
        try (Hijacked connection = daemon.hijack(doing, path, "");
                AttachOutput output = new AttachOutput(stdio, connection::close)) {
            if (!connection.accepted()) throw Refusal.fault(doing, connection.status(), connection.refusal());
            try (ClientInput _ = ClientInput.start(stdio, connection, state.tty(), size -> resize(id, size))) {
                new Frames(connection.input(), state.tty()).copyTo(output);
            }
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) throw new Fault(new Fault.Kind.Cancelled(doing), e);
            if (!(e instanceof Frames.ClientLeft)) LOG.log(Level.DEBUG, doing, e);
        }
    }

    private void resize(ContainerId id, TerminalSize size) {
        try {
            daemon.look(
                    "resize the terminal of container " + id,
                    client -> client.resizeContainerCmd(Names.of(id))
                            .withSize(size.rows(), size.columns())
                            .exec());
        } catch (Fault fault) {
            LOG.log(Level.DEBUG, fault.getMessage());
        }
    }

    private static int flag(Optional<?> stream) {
        return stream.isPresent() ? 1 : 0;
    }

    @Override
    public void forward(SandboxId id, int port, Stdio stdio) {
        ContainerState holder = ContainerState.of(daemon, Names.of(id)).orElseThrow(() -> Fault.absent(id));
        if (holder.phase() != ContainerState.Phase.RUNNING) {
            throw new Fault(new Fault.Kind.Refused("forward port " + port + " of pod sandbox " + id, "it was stopped"));
        }
        Path network = PodFiles.of(pods, id).network();
        PortForward.run(Files.exists(network) ? Optional.of(network) : Optional.empty(), port, stdio);
    }
}
