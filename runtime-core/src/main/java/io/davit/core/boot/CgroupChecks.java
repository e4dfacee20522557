package io.davit.core.boot;

import io.davit.core.spi.Finding;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What {@code davit doctor} says of cgroups. */
final class CgroupChecks {
    /** What limits of containers are made of. */
    private static final Set<String> NEEDED = new TreeSet<>(List.of("cpu", "cpuset", "memory", "pids"));

    private final HostFiles files;

    CgroupChecks(HostFiles files) {
        this.files = files;
    }

    List<Finding> findings() {
        return List.of(version(), controllers(), driver());
    }

    private boolean isVersion2() {
        return files.exists("/sys/fs/cgroup/cgroup.controllers");
    }

    private Finding version() {
        if (isVersion2()) return Finding.ok("cgroup", "version 2");
        String remedy = "boot with systemd.unified_cgroup_hierarchy=1; the kubelet is about to give up version 1";
        if (files.exists("/sys/fs/cgroup/unified")) return Finding.warning("cgroup", "version 1, hybrid", remedy);
        if (files.exists("/sys/fs/cgroup")) return Finding.warning("cgroup", "version 1", remedy);
        return Finding.missing("cgroup", "not mounted", "mount -t cgroup2 none /sys/fs/cgroup");
    }

    private Finding controllers() {
        Set<String> there = isVersion2() ? version2Controllers() : version1Controllers();
        String missing = NEEDED.stream().filter(name -> !there.contains(name)).collect(Collectors.joining(", "));
        if (missing.isEmpty()) return Finding.ok("cgroup controllers", String.join(", ", NEEDED));
        return Finding.missing(
                "cgroup controllers",
                "without " + missing + ": limits of containers cannot be set",
                "enable them on the kernel's command line (cgroup_enable=memory), or in the parent's subtree_control");
    }

    private Set<String> version2Controllers() {
        return Set.of(files.text("/sys/fs/cgroup/cgroup.controllers").orElse("").split("\\s+"));
    }

    /** Lines of /proc/cgroups: name, hierarchy, cgroups, enabled. */
    private Set<String> version1Controllers() {
        return files.text("/proc/cgroups").stream()
                .flatMap(String::lines)
                .map(line -> line.split("\\s+"))
                .filter(columns -> columns.length == 4 && columns[3].equals("1"))
                .map(columns -> columns[0])
                .filter(name -> files.exists("/sys/fs/cgroup/" + name))
                .collect(Collectors.toUnmodifiableSet());
    }

    private Finding driver() {
        boolean systemd = files.exists("/run/systemd/system");
        return Finding.ok(
                "cgroup driver",
                systemd ? "systemd runs here: the driver systemd fits" : "no systemd here: the driver cgroupfs fits");
    }
}
