package io.davit.conformance.suite.node;

import io.davit.conformance.suite.client.CallLog;
import io.davit.conformance.suite.client.Connection;
import io.davit.conformance.suite.client.Cri;
import io.davit.cri.v1.CgroupDriver;
import io.davit.cri.v1.RuntimeConfigRequest;
import io.davit.cri.v1.StatusRequest;
import io.davit.cri.v1.StatusResponse;
import io.davit.cri.v1.VersionRequest;
import io.davit.cri.v1.VersionResponse;
import io.grpc.ClientInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;

/** The server under test, for one run of the suite: connections, what it says about itself, all calls. Thread-safe. */
public final class Node implements AutoCloseable {
    private static final Duration RESTART = Duration.ofSeconds(60);
    private static final File NOTHING = new File("/dev/null");

    private final Settings settings;
    private final Connection runtimeConnection;
    private final Connection imageConnection;
    private final List<CallLog.Call> calls = new ArrayList<>();
    private final Map<TestImage, String> imageIds = new HashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Cri cri;
    private final VersionResponse version;
    private final StatusResponse status;
    private final boolean systemd;

    /**
     * Connects and asks the server what it is.
     *
     * @throws StatusRuntimeException if it does not answer
     */
    public Node(Settings settings) {
        this.settings = settings;
        this.runtimeConnection = Connection.to(settings.runtimeSocket());
        this.imageConnection = Connection.to(settings.imageSocket());
        this.cri = cri(new CallLog());
        this.version = cri.runtime().version(VersionRequest.getDefaultInstance());
        this.status = cri.runtime().status(StatusRequest.getDefaultInstance());
        this.systemd = usesSystemd();
    }

    public Settings settings() {
        return settings;
    }

    public VersionResponse version() {
        return version;
    }

    /** As it was when the run began: handlers and features. */
    public StatusResponse status() {
        return status;
    }

    /** Whether cgroups are made by systemd, so that their parent is a slice. */
    public boolean systemd() {
        return systemd;
    }

    /** Calls that go into {@code log}. */
    Cri cri(CallLog log) {
        return new Cri(
                ClientInterceptors.intercept(runtimeConnection.channel(), log),
                ClientInterceptors.intercept(imageConnection.channel(), log),
                settings.deadline());
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }

    /** Pulls an image at its first use; its id. */
    String pulled(TestImage image) {
        synchronized (imageIds) {
            return imageIds.computeIfAbsent(image, _ -> cri.pullImage(settings.reference(image)));
        }
    }

    /**
     * Kills the server and waits until its successor answers.
     *
     * @param whileDown reaches the command as WHILE_DOWN in its environment
     * @throws IOException if the command fails, or nobody answers for a long time
     * @throws org.opentest4j.TestAbortedException if the program was not told how to restart the server
     */
    void restart(String whileDown) throws IOException, InterruptedException {
        if (settings.restartCommand().isEmpty()) Assumptions.abort("no --restart-command was given");
        ProcessBuilder command =
                new ProcessBuilder("sh", "-c", settings.restartCommand().orElseThrow());
        command.environment().put("WHILE_DOWN", whileDown);
        Process process = command.redirectInput(Redirect.from(NOTHING))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start();
        if (!process.waitFor(RESTART.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("the restart command failed or hangs: "
                    + settings.restartCommand().orElseThrow());
        }
        awaitAnswer();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + RESTART.toNanos();
        while (System.nanoTime() < deadline) {
            runtimeConnection.channel().resetConnectBackoff();
            imageConnection.channel().resetConnectBackoff();
            try {
                // Version may be answered by a server that is not ready for anything else yet.
                var _ = cri.runtime().status(StatusRequest.getDefaultInstance());
                return;
            } catch (StatusRuntimeException _) {
                TimeUnit.MILLISECONDS.sleep(50); // until the next look
            }
        }
        throw new IOException("the server does not answer after its restart");
    }

    void collect(CallLog log) {
        synchronized (calls) {
            calls.addAll(log.calls());
        }
    }

    /** Those of all tests that have ended. */
    public List<CallLog.Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    @Override
    public void close() throws IOException {
        runtimeConnection.close();
        imageConnection.close();
        Cgroups.removeParent();
    }

    private boolean usesSystemd() {
        try {
            return cri.runtime()
                            .runtimeConfig(RuntimeConfigRequest.getDefaultInstance())
                            .getLinux()
                            .getCgroupDriver()
                    == CgroupDriver.SYSTEMD;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED) throw e;
            return false; // older servers; critest assumes systemd here, but nothing of ours depends on it
        }
    }
}
