package io.davit.backend.oci;

import io.davit.backend.oci.cgroup.CgroupDriver;
import io.davit.backend.oci.cgroup.CgroupfsDriver;
import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.cgroup.SystemdDriver;
import io.davit.backend.oci.image.ImageSettings;
import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Problems;
import io.davit.core.spi.Commands;
import io.davit.core.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The table {@code [oci]} of the configuration file. */
public record OciSettings(
        @Setting(
                comment = "OCI runtimes to look for, names or absolute paths; the first that works on this host serves"
                        + " pods without a RuntimeClass. Handlers of the configuration come instead, if there are any.",
                value = "crun,runc")
        List<String> runtimes,

        @Setting(comment = "The monitor of containers, a name or an absolute path.", value = "conmon")
        String monitor,

        @Setting(
                comment = "The first process of pods that share a PID namespace, a name or an absolute path; it must be"
                        + " linked statically, and know the option -P.",
                value = "catatonit")
        String holder,

        @Setting(
                comment = "Who makes control groups: cgroupfs (davit and the OCI runtimes), systemd (cgroup version 2"
                        + " only), or auto: systemd where it runs and can. The kubelet asks for it, or must be told the"
                        + " same.",
                value = "auto")
        DriverChoice cgroupDriver,

        @Setting(
                comment =
                        "Parent of the cgroups of pods whose request names none; the kubelet always names one. For the"
                                + " systemd driver /a/b means the slice a-b.slice.",
                value = "/davit")
        String cgroupParent,

        @Setting(comment = "Size of a pod's /dev/shm in bytes.", value = "67108864")
        long shmBytes,

        @Setting(
                comment = "Make a directory where the host path of a mount is missing, as other engines do. false: such"
                        + " a container is refused.",
                value = "true")
        boolean createMissingHostPaths,

        @Setting(
                comment = "Let the default seccomp profile also allow 32 bit programs. false makes containers with it"
                        + " start about 12 ms sooner, and kills 32 bit programs in them.",
                value = "true")
        boolean seccomp32Bit,

        @Setting(
                comment = "Where vendors describe devices (CDI); later directories take precedence. The files are read"
                        + " anew for each container that asks for a device.",
                value = "/etc/cdi,/var/run/cdi")
        List<String> cdiDirectories,

        @Setting(
                comment = "How long the output of an exec is still read after its end, where a child of it keeps the"
                        + " output open.",
                value = "2s")
        Duration execDrain,

        @Setting(
                comment = "A container's log that nobody rotates begins anew at this size in bytes, and what it held is"
                        + " lost. The kubelet rotates logs long before, so this is for nodes without one, or for one"
                        + " that is down. 0: no limit.",
                value = "0")
        long logBytesMax,

        @Setting(
                comment = "How many containers are created at a time; the others wait. 0: twice the processors.",
                value = "0")
        int parallelCreations,

        @Setting(comment = "Which images may come, and which ones stay. Read again on SIGHUP.", value = "")
        ImageSettings images,

        @Setting(comment = "Registries by host[:port], each a table of its own. Read again on SIGHUP.", value = "")
        Map<String, RegistrySettings> registry) {
    private static final long SHM_BYTES_MIN = 4096;
    /** A monitor reads up to 8 KiB at a time, and must be able to write that. */
    private static final long LOG_BYTES_MIN = 64 * 1024;

    /** Values of cgroup-driver. */
    public enum DriverChoice {
        AUTO,
        CGROUPFS,
        SYSTEMD
    }

    public OciSettings {
        runtimes = List.copyOf(runtimes);
        cdiDirectories = List.copyOf(cdiDirectories);
        registry = Map.copyOf(registry);
        Problems problems = new Problems();
        if (!cgroupParent.matches("(/[^/\\s]+)+") || cgroupParent.contains("..")) {
            problems.add("cgroup-parent", "not an absolute path of a cgroup: '" + cgroupParent + "'");
        }
        if (shmBytes < SHM_BYTES_MIN) problems.add("shm-bytes", "less than a page: " + shmBytes);
        cdiDirectories.stream()
                .filter(directory -> !directory.startsWith("/"))
                .forEach(directory -> problems.add("cdi-directories", "not absolute: '" + directory + "'"));
        if (execDrain.isNegative()) problems.add("exec-drain", "negative");
        if (logBytesMax != 0 && logBytesMax < LOG_BYTES_MIN) {
            problems.add("log-bytes-max", "neither 0 nor at least " + LOG_BYTES_MIN + ": " + logBytesMax);
        }
        if (parallelCreations < 0) problems.add("parallel-creations", "negative: " + parallelCreations);
        problems.throwIfAny();
    }

    /** @throws Fault Refused if the driver was asked for and cannot work here */
    CgroupDriver driver(Cgroups cgroups, Commands commands) {
        return switch (cgroupDriver) {
            case CGROUPFS -> new CgroupfsDriver(cgroups, cgroupParent);
            case SYSTEMD -> SystemdDriver.of(cgroups, cgroupParent, commands);
            case AUTO ->
                SystemdDriver.obstacle(cgroups).isPresent()
                        ? new CgroupfsDriver(cgroups, cgroupParent)
                        : SystemdDriver.of(cgroups, cgroupParent, commands);
        };
    }

    int parallelCreationsMax() {
        return parallelCreations > 0
                ? parallelCreations
                : 2 * Runtime.getRuntime().availableProcessors();
    }
}
