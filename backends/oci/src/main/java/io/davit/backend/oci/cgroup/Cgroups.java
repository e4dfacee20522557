package io.davit.backend.oci.cgroup;

import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How the host's control groups are mounted.
 *
 * @param hierarchies mount point of each version 1 controller; empty on a pure version 2 host
 * @param unified mount point of version 2, on a hybrid host beside the others
 * @param unifiedControllers what version 2 can limit
 */
public record Cgroups(Map<String, Path> hierarchies, Optional<Path> unified, Set<String> unifiedControllers) {
    private static final String FIRST_TYPE = "cgroup";
    private static final String SECOND_TYPE = "cgroup2";
    private static final Set<String> CONTROLLERS = Set.of(
            "blkio",
            "cpu",
            "cpuacct",
            "cpuset",
            "devices",
            "freezer",
            "hugetlb",
            "memory",
            "misc",
            "net_cls",
            "net_prio",
            "perf_event",
            "pids",
            "rdma");

    private static final List<String> ACCOUNTING = List.of("name=systemd", "memory", "cpu", "cpuacct", "pids", "blkio");

    public Cgroups {
        hierarchies = Map.copyOf(hierarchies);
        unifiedControllers = Set.copyOf(unifiedControllers);
    }

    /** @throws Fault Failed if no cgroups are mounted */
    public static Cgroups of(MountTable mounts) {
        Map<String, Path> hierarchies = new LinkedHashMap<>();
        Optional<Path> unified = Optional.empty();
        for (MountTable.Entry entry : mounts.entries()) {
            if (entry.type().equals(FIRST_TYPE)) {
                entry.superOptions().stream()
                        .filter(option -> CONTROLLERS.contains(option) || option.startsWith("name="))
                        .forEach(option -> hierarchies.putIfAbsent(option, entry.mountPoint()));
            }
            if (entry.type().equals(SECOND_TYPE) && unified.isEmpty()) unified = Optional.of(entry.mountPoint());
        }
        if (hierarchies.isEmpty() && unified.isEmpty()) {
            throw Fault.failed("look at the cgroups", "none are mounted; mount cgroup2 on /sys/fs/cgroup");
        }
        return new Cgroups(
                hierarchies, unified, unified.map(Cgroups::controllers).orElse(Set.of()));
    }

    private static Set<String> controllers(Path unified) {
        Path file = unified.resolve("cgroup.controllers");
        try {
            return new HashSet<>(List.of(Files.readString(file).strip().split(" ")));
        } catch (IOException e) {
            throw Fault.failed("read " + file, e);
        }
    }

    /** Nothing but version 2. */
    public boolean pureUnified() {
        return hierarchies.isEmpty();
    }

    /** Version 1 with controllers in a version 2 hierarchy beside it: crun refuses such a host (1.8.1, 1.21). */
    public boolean splitControllers() {
        return !pureUnified() && unifiedControllers.stream().anyMatch(CONTROLLERS::contains);
    }

    /** Whether limits of this kind can be set by a runtime. */
    public boolean has(String controller) {
        return pureUnified() ? unifiedControllers.contains(controller) : hierarchies.containsKey(controller);
    }

    /** Whether swap is accounted: where it is not, the kernel has no file for its limit. */
    public boolean hasSwapLimit() {
        if (!has("memory")) return false;
        if (!pureUnified()) return Files.exists(mountPoint("memory").resolve("memory.memsw.limit_in_bytes"));
        return limitedGroup()
                .map(group -> Files.exists(group.resolve("memory.swap.max")))
                .orElseGet(() -> Files.exists(Path.of("/proc/swaps")));
    }

    /**
     * A group of version 2 that has limits of memory, which the root has not; empty as long as no group has. Only its files
     * tell of swap: before Linux 6.1 a kernel could count none (CONFIG_MEMCG_SWAP, swapaccount=0; Debian 11 is one).
     */
    private Optional<Path> limitedGroup() {
        try (Stream<Path> below = Files.list(mountPoint("memory"))) {
            return Stream.concat(Stream.of(mountPoint("memory")), below)
                    .filter(group -> Files.exists(group.resolve("memory.max")))
                    .findFirst();
        } catch (IOException | UncheckedIOException _) {
            return Optional.empty(); // such as one that goes meanwhile; /proc/swaps tells as much as can be told then
        }
    }

    private Path mountPoint(String controller) {
        return Optional.ofNullable(hierarchies.get(controller))
                .or(() -> unified)
                .orElseThrow(() -> new IllegalStateException("no cgroup hierarchy for " + controller));
    }

    /** Mount points of all hierarchies, each once. */
    List<Path> roots() {
        Set<Path> roots = new LinkedHashSet<>(hierarchies.values());
        unified.ifPresent(roots::add);
        return List.copyOf(roots);
    }

    /**
     * Mount points of the hierarchies that count what processes use, and of those by which systemd tells whose a process
     * is. Not of cpuset: a new group of it takes no process before it was given processors.
     */
    List<Path> accountingRoots() {
        Set<Path> roots = new LinkedHashSet<>();
        for (String controller : ACCOUNTING) {
            Optional.ofNullable(hierarchies.get(controller)).ifPresent(roots::add);
        }
        unified.ifPresent(roots::add);
        return List.copyOf(roots);
    }

    /** The group of that path; it need not exist. */
    public Cgroup group(String path) {
        return new Cgroup(this, path);
    }

    /** What an operator reads of it. */
    public String description() {
        if (pureUnified())
            return "version 2 with "
                    + String.join(" ", unifiedControllers.stream().sorted().toList());
        String first = "version 1 with "
                + String.join(" ", hierarchies.keySet().stream().sorted().toList());
        return splitControllers() ? first + "; version 2 with " + String.join(" ", unifiedControllers) : first;
    }
}
