package io.davit.backend.docker.stream;

import io.davit.backend.docker.engine.ContainerState;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.Refusal;
import io.davit.backend.docker.wire.Hijacked;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One run of a command in a container. */
final class ExecRun {
    private static final Logger LOG = System.getLogger("io.davit.backend.docker");
    private static final JsonMapper JSON = new JsonMapper();
    /** Codes by which runtimes say that a command could not be started, as shells do. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NOT_FOUND = 127;
    private static final int KILLED = 137;

    private final Daemon daemon;
    private final ExecSpec spec;
    private final Stdio stdio;
    private final String container;
    private final String doing;
    private final AtomicBoolean late = new AtomicBoolean();

    ExecRun(Daemon daemon, ExecSpec spec, Stdio stdio, String container) {
        this.daemon = daemon;
        this.spec = spec;
        this.stdio = stdio;
        this.container = container;
        this.doing = "run " + spec.command().getFirst() + " in container " + spec.container();
    }

    int run(ContainerState state) {
        ExecProcess process = new ExecProcess(daemon, create());
        ExecOutput output = new ExecOutput(stdio);
        Thread caller = Thread.currentThread();
        Optional<Thread> watchdog = spec.limit().map(limit -> watchdog(limit, caller));
        try {
            copy(process, output);
            Optional<ExecProcess.Look> end = process.awaitEnd();
            stopWatchdog(watchdog);
            return code(end, output);
        } catch (Frames.ClientLeft e) {
            killed(process);
            throw new Fault(new Fault.Kind.Cancelled(doing), e);
        } catch (IOException e) {
            throw ended(process, e, watchdog);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ended(process, e, watchdog);
        } catch (Fault e) {
            // What interrupts a call to the daemon in the middle is told by it as a cancellation.
            if (late.get() || Thread.currentThread().isInterrupted()) throw ended(process, e, watchdog);
            throw e;
        } finally {
            watchdog.ifPresent(Thread::interrupt);
            LOG.log(Level.TRACE, "{0} of {1} has ended", doing, state.dockerId());
        }
    }

    // docker-java's command has no detach keys: with Docker's own a client's ctrl-p ctrl-q would end the stream.
    private String create() {
        ObjectNode body = JSON.createObjectNode();
        body.put("AttachStdin", stdio.stdin().isPresent());
        body.put("AttachStdout", true);
        body.put("AttachStderr", !spec.tty());
        body.put("Tty", spec.tty());
        body.put("DetachKeys", DockerStreams.DETACH_KEYS);
        spec.command().forEach(body.putArray("Cmd")::add);
        String answer = daemon.post(doing, "/containers/" + container + "/exec", body.toString());
        return JSON.readTree(answer).path("Id").asString("");
    }

    private void copy(ExecProcess process, ExecOutput output) throws IOException {
        String body = "{\"Detach\":false,\"Tty\":" + spec.tty() + "}";
        try (Hijacked connection = daemon.hijack(doing, "/exec/" + process.id() + "/start", body)) {
            if (!connection.accepted()) throw Refusal.fault(doing, connection.status(), connection.refusal());
            try (ClientInput _ = ClientInput.start(stdio, connection, spec.tty(), process::resize)) {
                new Frames(connection.input(), spec.tty()).copyTo(output);
            }
        }
    }

    /** Interrupts the caller at the limit: that ends whatever it waits for. */
    private Thread watchdog(Duration limit, Thread caller) {
        return Thread.ofVirtual().name("docker-exec-limit").start(() -> {
            try {
                Thread.sleep(limit);
                late.set(true);
                caller.interrupt();
            } catch (InterruptedException _) {
                // It has ended in time.
            }
        });
    }

    // Its interrupt may have come in the last moment, and is not the caller's then.
    private void stopWatchdog(Optional<Thread> watchdog) throws InterruptedException {
        if (watchdog.isEmpty()) return;
        watchdog.get().interrupt();
        boolean interrupted = Thread.interrupted();
        watchdog.get().join();
        if (late.get()) {
            boolean _ = Thread.interrupted();
            return;
        }
        if (interrupted) throw new InterruptedException();
    }

    private Fault ended(ExecProcess process, Exception why, Optional<Thread> watchdog) {
        boolean interrupted = Thread.interrupted();
        watchdog.ifPresent(Thread::interrupt);
        try {
            killed(process);
        } finally {
            if (interrupted && !late.get()) Thread.currentThread().interrupt();
        }
        if (late.get())
            return new Fault(new Fault.Kind.TimedOut(doing, spec.limit().orElse(Duration.ZERO)), why);
        if (interrupted) return new Fault(new Fault.Kind.Cancelled(doing), why);
        return Fault.failed(doing, why);
    }

    private static void killed(ExecProcess process) {
        try {
            process.kill();
        } catch (Fault fault) {
            LOG.log(Level.WARNING, "a command may go on running: " + fault.getMessage());
        }
    }

    private int code(Optional<ExecProcess.Look> end, ExecOutput output) throws IOException {
        // Its container was removed, and everything in it killed.
        if (end.isEmpty()) return KILLED;
        int code = end.get().code();
        boolean notStarted = end.get().pid() == 0 && (code == NOT_EXECUTABLE || code == NOT_FOUND);
        if (notStarted) {
            String why = output.held();
            throw Fault.failed(doing, why.isEmpty() ? "Docker could not start it: exit code " + code : why);
        }
        output.pass();
        return code < 0 ? ExitStatus.UNKNOWN_CODE : code;
    }
}
