package io.davit.core.streaming;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.Streams;
import io.davit.core.spi.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Streams into this machine instead of a container: exec runs a process, attach echoes, forward connects to localhost.
 * The command {@code sizes} prints each size of the terminal until standard input ends.
 */
final class HostStreams implements Streams, StreamTargets {
    static final ContainerId CONTAINER = new ContainerId("c".repeat(64));
    static final ContainerId STOPPED = new ContainerId("d".repeat(64));
    static final SandboxId SANDBOX = new SandboxId("a".repeat(64));

    private final Set<Process> alive = ConcurrentHashMap.newKeySet();

    /** Processes that run now. */
    Set<Process> alive() {
        return alive;
    }

    @Override
    public Streams running(ContainerId id) {
        if (id.equals(CONTAINER)) return this;
        if (id.equals(STOPPED)) throw new Fault(new Fault.Kind.Refused("container " + id, "is EXITED, not RUNNING"));
        throw Fault.absent(id);
    }

    @Override
    public Streams ready(SandboxId id) {
        if (id.equals(SANDBOX)) return this;
        throw Fault.absent(id);
    }

    @Override
    public int exec(ExecSpec spec, Stdio stdio) {
        if (spec.command().getFirst().equals("sizes")) return sizes(stdio);
        try {
            Process process = new ProcessBuilder(spec.command()).start();
            alive.add(process);
            try {
                return copy(process, stdio);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                alive.remove(process);
            }
        } catch (IOException e) {
            throw Fault.failed("starting " + spec.command().getFirst(), e);
        } catch (InterruptedException e) {
            throw new Fault(new Fault.Kind.Cancelled("exec"), e);
        }
    }

    @Override
    public void attach(ContainerId id, Stdio stdio) {
        try {
            InputStream stdin = stdio.stdin().orElseGet(InputStream::nullInputStream);
            stdin.transferTo(stdio.stdout().orElseGet(OutputStream::nullOutputStream));
        } catch (IOException e) {
            throw new Fault(new Fault.Kind.Cancelled("attach"), e);
        }
    }

    @Override
    public void forward(SandboxId id, int port, Stdio stdio) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread up = copier(stdio.stdin().orElseThrow(), socket.getOutputStream(), () -> half(socket));
            try {
                socket.getInputStream().transferTo(stdio.stdout().orElseThrow());
            } finally {
                up.interrupt();
            }
        } catch (IOException e) {
            throw Fault.failed("connecting to localhost:" + port, e);
        }
    }

    private static int copy(Process process, Stdio stdio) throws InterruptedException {
        Thread input = copier(
                stdio.stdin().orElseGet(InputStream::nullInputStream),
                process.getOutputStream(),
                () -> closed(process.getOutputStream()));
        List<Thread> outputs = new ArrayList<>();
        outputs.add(output(process, process.getInputStream(), stdio.stdout()));
        outputs.add(output(process, process.getErrorStream(), stdio.stderr()));
        int code = process.waitFor();
        for (Thread thread : outputs) {
            thread.join(Duration.ofSeconds(60));
        }
        input.interrupt();
        return code;
    }

    private static Thread output(Process process, InputStream from, Optional<OutputStream> to) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                from.transferTo(to.orElseGet(OutputStream::nullOutputStream));
            } catch (IOException _) { // the client has left
                process.destroyForcibly();
            }
        });
    }

    private static Thread copier(InputStream from, OutputStream to, Runnable end) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                byte[] buffer = new byte[32 * 1024];
                for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                    to.write(buffer, 0, count);
                    to.flush();
                }
                end.run();
            } catch (IOException _) { // one of both sides wants no more
            }
        });
    }

    private static void closed(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException _) { // the process has gone already
        }
    }

    private static void half(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException _) { // the other side has gone already
        }
    }

    private static int sizes(Stdio stdio) {
        Thread.ofVirtual().start(() -> print(stdio));
        try {
            stdio.stdin().orElseThrow().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new Fault(new Fault.Kind.Cancelled("exec"), e);
        }
        return 0;
    }

    private static void print(Stdio stdio) {
        try {
            for (var size = stdio.resizes().next();
                    size.isPresent();
                    size = stdio.resizes().next()) {
                TerminalSize known = size.get();
                String line = known.columns() + "x" + known.rows() + "\n";
                stdio.stdout().orElseThrow().write(line.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | InterruptedException _) { // the client has left
        }
    }
}
