package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Streams into containers of the {@link World}: what moves bytes is {@link Session}, what they mean is here. */
final class MemoryStreams implements Streams {
    private final World world;
    private final Clock clock;

    MemoryStreams(World world, Clock clock) {
        this.world = world;
        this.clock = clock;
    }

    @Override
    public int exec(ExecSpec spec, Stdio stdio) {
        running(spec.container());
        Program program = Program.of(spec.command());
        Session session = new Session(world, clock, spec.container());
        boolean finished = session.run("exec of " + spec.command(), spec.limit(), () -> {
            write(stdio.stdout(), program.output());
            write(spec.tty() ? stdio.stdout() : stdio.stderr(), program.complaint());
            if (program.copiesInput()) {
                copy(stdio.stdin(), stdio.stdout());
            } else {
                Thread.sleep(program.lifetime().orElse(Duration.ofDays(1)));
            }
        });
        return finished ? program.code() : MemoryContainers.KILLED_CODE;
    }

    @Override
    public void attach(ContainerId id, Stdio stdio) {
        MemoryContainer container = running(id);
        new Session(world, clock, id).run("attach to container " + id, Optional.empty(), () -> {
            boolean reads = container.spec().stdio().stdin()
                    && container.program().stream().anyMatch(Program::copiesInput);
            if (reads) {
                echo(container, stdio);
                if (container.spec().stdio().stdinOnce()) world.end(id, 0, clock.instant());
            }
            world.awaitEnd(id, clock);
        });
    }

    @Override
    public void forward(SandboxId id, int port, Stdio stdio) {
        if (world.sandbox(id).isEmpty()) throw Fault.absent(id);
        ContainerId server = world.containers().stream()
                .filter(container -> container.spec().sandbox().equals(id) && container.isRunning())
                .filter(container -> container.program().flatMap(Program::port).equals(Optional.of(port)))
                .map(MemoryContainer::id)
                .findFirst()
                .orElseThrow(() -> Fault.failed("connecting to localhost:" + port, "connection refused"));
        new Session(world, clock, server)
                .run("port forwarding", Optional.empty(), () -> copy(stdio.stdin(), stdio.stdout()));
    }

    private MemoryContainer running(ContainerId id) {
        synchronized (world) {
            world.settle(clock.instant());
            MemoryContainer container = world.container(id).orElseThrow(() -> Fault.absent(id));
            if (container.isRunning()) return container;
            throw new Fault(new Fault.Kind.Refused("container " + id, "it does not run"));
        }
    }

    /** The container's cat: what comes in goes to the log and to the client. */
    private void echo(MemoryContainer container, Stdio stdio) throws IOException {
        if (stdio.stdin().isEmpty()) return;
        InputStream input = stdio.stdin().orElseThrow();
        byte[] buffer = new byte[8192];
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            String text = new String(Arrays.copyOf(buffer, count), StandardCharsets.UTF_8);
            Instant now = clock.instant();
            ContainerLog.of(container.spec()).append(ContainerLog.Stream.STDOUT, text, now);
            write(stdio.stdout(), text);
        }
    }

    private static void copy(Optional<InputStream> from, Optional<OutputStream> to) throws IOException {
        if (from.isEmpty()) return;
        from.orElseThrow().transferTo(to.orElseGet(OutputStream::nullOutputStream));
        if (to.isPresent()) to.orElseThrow().flush();
    }

    private static void write(Optional<OutputStream> to, String text) throws IOException {
        if (to.isEmpty()) return;
        to.orElseThrow().write(text.getBytes(StandardCharsets.UTF_8));
        to.orElseThrow().flush();
    }
}
