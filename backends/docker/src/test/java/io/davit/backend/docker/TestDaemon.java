package io.davit.backend.docker;

import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.HostServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The Docker daemon of this machine, or the one in DOCKER_HOST (scripts/dockerd-private). */
final class TestDaemon {
    private static final String SCHEME = "unix://";

    private TestDaemon() {}

    static Path socket() {
        String host = Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse(SCHEME + "/run/docker.sock");
        return Path.of(host.substring(SCHEME.length()));
    }

    /** What the core lends a backend, below a directory of the test's. */
    static HostServices host(Path directory) {
        try {
            return new HostServices(
                    Clock.systemUTC(),
                    new SecureRandom(),
                    Files.createDirectories(directory.resolve("persistent")),
                    Files.createDirectories(directory.resolve("volatile")),
                    ChildProcesses.forThisMachine());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Short limits, and a parent of control groups for each test. */
    static DockerSettings settings(HostServices host) {
        return settings(socket(), host);
    }

    static DockerSettings settings(Path socket, HostServices host) {
        return new DockerSettings(
                socket,
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                "catatonit",
                "",
                cgroupParent(host),
                64 << 20,
                true,
                50 << 20,
                3);
    }

    static String cgroupParent(HostServices host) {
        return "/davit-" + Integer.toHexString(host.persistentDirectory().hashCode());
    }
}
