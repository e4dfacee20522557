package io.davit.conformance.daemon;

import io.davit.conformance.client.CriClient;
import io.davit.conformance.node.Pods;
import io.davit.core.boot.Davit;
import io.davit.cri.v1.VersionRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** {@code davit serve} as a child of the test, with the class path of the test. */
final class DaemonProcess implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final long STOP_SECONDS_MAX = 30;
    private static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final PrivateHost host;
    private final Process process;
    private final CriClient client;

    private DaemonProcess(PrivateHost host, Process process, CriClient client) {
        this.host = host;
        this.process = process;
        this.client = client;
    }

    /** Returns when it answers. Its log is appended to that of the daemons before it. */
    static DaemonProcess start(PrivateHost host) {
        try {
            Files.deleteIfExists(host.socket());
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            List<String> serve =
                    List.of("serve", "--config", host.configuration().toString());
            // As the launcher does it: a signal that whoever runs the tests ignores (nohup) would be ignored here, too.
            ProcessBuilder builder = new ProcessBuilder("env", "--default-signal=HUP", java.toString());
            builder.command().addAll(FLAGS);
            builder.command().addAll(List.of("-cp", System.getProperty("java.class.path"), Davit.class.getName()));
            builder.command().addAll(serve);
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(host).toFile()));
            Process process = builder.start();
            DaemonProcess daemon = new DaemonProcess(host, process, CriClient.connect(host.socket(), DEADLINE));
            Awaitility.await().atMost(START_MAX).until(daemon::answers);
            return daemon;
        } catch (IOException e) {
            throw new AssertionError("the daemon could not be started", e);
        }
    }

    private static Path log(PrivateHost host) {
        return host.root().resolve("daemon.log");
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) throw new AssertionError("the daemon ended:\n" + Files.readString(log(host)));
        try {
            return !client.runtime()
                    .version(VersionRequest.getDefaultInstance())
                    .getRuntimeName()
                    .isEmpty();
        } catch (StatusRuntimeException _) {
            return false; // the socket is not there yet
        }
    }

    CriClient client() {
        return client;
    }

    Pods pods() {
        return new Pods(client, host.logs(), host.image());
    }

    long pid() {
        return process.pid();
    }

    /** What it and the daemons before it have logged. */
    String log() throws IOException {
        return Files.readString(log(host));
    }

    /** SIGKILL: no shutdown hook, no goodbye. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        client.close();
    }

    /** SIGTERM, as a service manager ends it. */
    @Override
    public void close() {
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the daemon did not end within " + STOP_SECONDS_MAX + " s of SIGTERM");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
