package io.davit.backend.docker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A Docker daemon of a test's own, which may be stopped, killed and halted: like the one of scripts/dockerd-private,
 * from whose configuration it is made, with directories of its own.
 */
final class OwnDockerd implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final long STOP_SECONDS_MAX = 60;

    private final Path directory;
    private Process process;

    private OwnDockerd(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** @param directory whose path is short: it has sockets */
    static OwnDockerd start(Path directory, boolean liveRestore) throws IOException {
        Path model = TestDaemon.socket().resolveSibling("daemon.json");
        Assumptions.assumeTrue(Files.exists(model), "needs scripts/dockerd-private");
        String own = directory.toString();
        String configuration = Files.readString(model);
        for (String name : new String[] {"root", "state", "pid", "sock"}) {
            configuration = configuration.replace(model.resolveSibling(name) + "\"", own + "/" + name + "\"");
        }
        String restore = "{ \"live-restore\": " + liveRestore + ",";
        Files.writeString(directory.resolve("daemon.json"), configuration.replaceFirst("\\{", restore));
        OwnDockerd daemon = new OwnDockerd(directory, launch(directory));
        daemon.awaitAnswer();
        return daemon;
    }

    private static Process launch(Path directory) throws IOException {
        return new ProcessBuilder(
                        "dockerd",
                        "--config-file",
                        directory.resolve("daemon.json").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    Path socket() {
        return directory.resolve("sock");
    }

    /** Ends it as a service manager does. */
    void stop() {
        process.destroy();
        awaitEnd(process);
    }

    void kill() {
        process.destroyForcibly();
        awaitEnd(process);
    }

    private static void awaitEnd(Process process) {
        var _ = process.onExit().orTimeout(STOP_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    void startAgain() throws IOException {
        // After a SIGKILL it is still there, and dockerd would take its own number in it for another daemon.
        Files.deleteIfExists(directory.resolve("pid"));
        process = launch(directory);
        awaitAnswer();
    }

    /** It lives and does nothing at all, as when its disk does not answer. */
    void halt() throws IOException {
        run("kill", "-STOP", Long.toString(process.pid()));
    }

    void goOn() throws IOException {
        run("kill", "-CONT", Long.toString(process.pid()));
    }

    private static void run(String... command) throws IOException {
        awaitEnd(new ProcessBuilder(command).inheritIO().start());
    }

    private void awaitAnswer() {
        await().atMost(START_MAX).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("dockerd ended:\n" + Files.readString(directory.resolve("log")));
            }
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                return channel.connect(UnixDomainSocketAddress.of(socket()));
            } catch (IOException _) {
                return false;
            }
        });
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            goOn();
            stop();
        }
        // dockerd binds its directory onto itself, and a network namespace below another.
        for (String mount : mounts().reversed()) run("umount", "--lazy", mount);
    }

    private List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ")[4])
                .filter(mount -> mount.startsWith(directory + "/"))
                .toList();
    }
}
