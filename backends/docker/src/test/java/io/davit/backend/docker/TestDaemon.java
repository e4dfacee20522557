package io.davit.backend.docker;

import io.davit.core.spi.HostServices;
import java.nio.file.Path;
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

    /** Short limits, and a parent of control groups for each test. */
    static DockerSettings settings(HostServices host) {
        return new DockerSettings(
                socket(),
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
