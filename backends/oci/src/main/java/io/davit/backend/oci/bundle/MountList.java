package io.davit.backend.oci.bundle;

import io.davit.backend.oci.sandbox.SandboxDirectory;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All mounts of a container: what every Linux process expects, the pod's files, and what was requested, which wins where
 * both want the same place. Upper directories come first.
 */
final class MountList {
    private static final Path SHM = Path.of("/dev/shm");
    private static final Path DEV = Path.of("/dev");
    private static final Set<Path> OWN_IN_DEV = Set.of(Path.of("/dev/pts"), Path.of("/dev/mqueue"));

    private final List<MountEntry> entries;
    private final Optional<String> rootPropagation;

    private MountList(List<MountEntry> entries, Optional<String> rootPropagation) {
        this.entries = entries;
        this.rootPropagation = rootPropagation;
    }

    /**
     * Puts the list together.
     *
     * @param volumes further writable mounts inside the root file system (image VOLUMEs under a read-only root)
     * @param shmBytes size of a /dev/shm of the container's own
     */
    static MountList of(
            SandboxSpec sandbox,
            ContainerSpec container,
            SandboxDirectory directory,
            HostMounts hostMounts,
            List<MountEntry> volumes,
            long shmBytes) {
        Map<Path, MountEntry> byDestination = new LinkedHashMap<>();
        standard(sandbox.security().namespaces(), container.security().privileged())
                .forEach(entry -> byDestination.put(entry.destination(), entry));
        ofPod(sandbox, container, directory, shmBytes).forEach(entry -> byDestination.put(entry.destination(), entry));
        volumes.forEach(entry -> byDestination.put(entry.destination(), entry));
        Set<Path> requested = new HashSet<>();
        for (Mount mount : container.mounts()) {
            MountEntry entry = hostMounts.resolve(mount);
            if (!requested.add(entry.destination())) {
                throw Fault.invalid("mounts.container_path", "asked for twice: " + entry.destination());
            }
            byDestination.put(entry.destination(), entry);
        }
        // Whoever brings a /dev means that one with all in it, as with other engines; it would also get directories of
        // ours.
        if (requested.contains(DEV)) {
            byDestination.keySet().removeIf(path -> OWN_IN_DEV.contains(path) && !requested.contains(path));
        }
        List<MountEntry> sorted = new ArrayList<>(byDestination.values());
        sorted.sort(Comparator.comparingInt(MountEntry::depth));
        return new MountList(sorted, rootPropagation(container.mounts()));
    }

    private static List<MountEntry> standard(Namespaces pod, boolean privileged) {
        String access = privileged ? "rw" : "ro";
        // Only who owns a network may mount the /sys that shows it; a user namespace does not own the host's.
        boolean foreignNetwork = pod.ownUser().isPresent() && pod.hostNetwork();
        MountEntry sys = foreignNetwork
                ? entry("/sys", "bind", "/sys", "rbind", "rprivate", "nosuid", "noexec", "nodev", access)
                : entry("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", access);
        return List.of(
                entry("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
                entry("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
                entry(
                        "/dev/pts",
                        "devpts",
                        "devpts",
                        "nosuid",
                        "noexec",
                        "newinstance",
                        "ptmxmode=0666",
                        "mode=0620",
                        "gid=5"),
                entry("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
                sys,
                entry("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", access));
    }

    private static List<MountEntry> ofPod(
            SandboxSpec sandbox, ContainerSpec container, SandboxDirectory directory, long shmBytes) {
        String access = container.security().readonlyRootfs() ? "ro" : "rw";
        List<MountEntry> entries = new ArrayList<>();
        entries.add(file("/etc/hostname", directory.hostname(), access));
        entries.add(file("/etc/hosts", directory.hosts(), access));
        entries.add(file("/etc/resolv.conf", directory.resolvConf(), access));
        if (container.security().namespaces().ipc() == NamespaceMode.CONTAINER) {
            entries.add(entry(
                    SHM.toString(), "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=" + shmBytes));
        } else {
            boolean ofHost = sandbox.security().namespaces().ipc() == NamespaceMode.NODE;
            entries.add(file(SHM.toString(), ofHost ? SHM : directory.shm(), "rw"));
        }
        return entries;
    }

    private static MountEntry file(String destination, Path source, String access) {
        return entry(destination, "bind", source.toString(), "rbind", "rprivate", access);
    }

    private static MountEntry entry(String destination, String type, String source, String... options) {
        return new MountEntry(Path.of(destination), type, source, List.of(options));
    }

    // For mounts to pass between host and container, the container's root must let them.
    private static Optional<String> rootPropagation(List<Mount> mounts) {
        if (mounts.stream().anyMatch(mount -> mount.propagation() == Mount.Propagation.BIDIRECTIONAL)) {
            return Optional.of("rshared");
        }
        return mounts.stream()
                .filter(mount -> mount.propagation() == Mount.Propagation.HOST_TO_CONTAINER)
                .findFirst()
                .map(_ -> "rslave");
    }

    void addTo(ObjectNode spec) {
        ArrayNode mounts = spec.withArray("mounts");
        entries.forEach(entry -> entry.addTo(mounts));
        rootPropagation.ifPresent(value -> spec.withObject("linux").put("rootfsPropagation", value));
    }
}
