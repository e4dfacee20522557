package io.davit.backend.docker;

import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.nio.file.Path;
import java.time.Duration;

/** The table {@code [docker]} of the configuration file. */
public record DockerSettings(
        @Setting(comment = "The unix socket of the Docker daemon on this host.", value = "/run/docker.sock")
        Path socket,

        @Setting(
                comment = "How long davit waits at its start for the daemon to answer, before it gives up.",
                value = "30s")
        Duration startupWait,

        @Setting(comment = "How long a call may take that only looks, such as an inspection.", value = "20s")
        Duration lookLimit,

        @Setting(comment = "How long a call may take that changes something, such as a start.", value = "2m")
        Duration changeLimit,

        @Setting(comment = "A pull is given up when it has made no progress for so long.", value = "5m")
        Duration pullStall,

        @Setting(
                comment =
                        "The first process of pods, a name or an absolute path; it must be linked statically, and know"
                                + " the option -P. An image is made of it in the daemon: no registry is needed.",
                value = "catatonit")
        String holder,

        @Setting(
                comment = "An image for the first process of pods instead, such as a pause image; it must be in the"
                        + " daemon already. Empty: the one made of holder.",
                value = "")
        String sandboxImage,

        @Setting(
                comment =
                        "Parent of the cgroups of pods whose request names none; the kubelet always names one. It must"
                                + " not be that of the oci backend, which takes what is below its own for its pods.",
                value = "/davit-docker")
        String cgroupParent,

        @Setting(comment = "Size of a pod's /dev/shm in bytes.", value = "67108864")
        long shmBytes,

        @Setting(
                comment = "Make a directory where the host path of a mount is missing, as other engines do. false: such"
                        + " a container is refused.",
                value = "true")
        boolean createMissingHostPaths,

        @Setting(
                comment = "Docker's own log of a container is no more than a buffer that davit copies from: this is the"
                        + " size of one of its files in bytes.",
                value = "52428800")
        long logBytes,

        @Setting(comment = "How many such files Docker keeps of a container; at least 2.", value = "3")
        int logFiles) {
    private static final long SHM_BYTES_MIN = 4096;
    private static final long LOG_BYTES_MIN = 1 << 20;

    public DockerSettings {
        Problems problems = new Problems();
        if (!socket.isAbsolute()) problems.add("socket", "not absolute: '" + socket + "'");
        if (!cgroupParent.matches("(/[^/\\s]+)+") || cgroupParent.contains("..")) {
            problems.add("cgroup-parent", "not an absolute path of a cgroup: '" + cgroupParent + "'");
        }
        positive(problems, "look-limit", lookLimit);
        positive(problems, "change-limit", changeLimit);
        positive(problems, "pull-stall", pullStall);
        if (startupWait.isNegative()) problems.add("startup-wait", "negative");
        if (shmBytes < SHM_BYTES_MIN) problems.add("shm-bytes", "less than a page: " + shmBytes);
        if (logBytes < LOG_BYTES_MIN) problems.add("log-bytes", "less than 1 MiB: " + logBytes);
        if (logFiles < 2) problems.add("log-files", "less than 2: " + logFiles);
        problems.throwIfAny();
    }

    private static void positive(Problems problems, String field, Duration duration) {
        if (!duration.isPositive()) problems.add(field, "not positive");
    }
}
