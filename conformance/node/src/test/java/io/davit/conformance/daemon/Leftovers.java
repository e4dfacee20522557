package io.davit.conformance.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What a daemon has left of pods that were removed: processes, mounts, namespaces, cgroups, addresses, rules, files. */
final class Leftovers {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int MOUNT_POINT_FIELD = 4;

    private Leftovers() {}

    /** @param ids of all pods and containers there ever were */
    static List<String> of(PrivateHost host, Collection<String> ids, long daemonPid) throws IOException {
        List<String> found = new ArrayList<>();
        mountsBelow(host.root()).stream()
                // One mount is the daemon's own for as long as the host is up: the directory of root file systems.
                .filter(mount -> !mount.endsWith("/rootfs"))
                .forEach(mount -> found.add("mount " + mount));
        found.addAll(processes(host, daemonPid));
        for (Path parent : cgroups(host.name())) {
            directories(parent).forEach(cgroup -> found.add("cgroup " + cgroup));
        }
        names(host.leases().resolve(host.name())).stream()
                .filter(lease -> Character.isDigit(lease.charAt(0)))
                .forEach(lease -> found.add("address " + lease));
        // Not from /sys/class/net: sysfs shows the network namespace it was mounted in, which need not be this one.
        host.output("ip", "-oneline", "link", "show")
                .lines()
                .filter(link -> link.contains(" master " + host.name() + " "))
                .forEach(port -> found.add("bridge port " + port));
        host.output("iptables-save")
                .lines()
                .filter(rule -> rule.contains(host.name()))
                .forEach(rule -> found.add("rule " + rule));
        found.addAll(files(host.root(), host.logs(), ids));
        return found;
    }

    static List<String> mountsBelow(Path root) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ")[MOUNT_POINT_FIELD])
                .filter(mount -> mount.startsWith(root + "/"))
                .toList()
                .reversed();
    }

    /** The directory of that name in each hierarchy of cgroup v1, or in the one of v2. */
    static List<Path> cgroups(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path candidate :
                Stream.concat(Stream.of(CGROUPS), directories(CGROUPS).stream()).toList()) {
            Path cgroup = candidate.resolve(name);
            if (Files.isDirectory(cgroup)) found.add(cgroup);
        }
        return found;
    }

    /** Those that name a directory of the daemon, as monitors do, and those in one of its cgroups, as containers are. */
    private static List<String> processes(PrivateHost host, long daemonPid) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path process : directories(Path.of("/proc"))) {
            String pid = process.getFileName().toString();
            if (!Character.isDigit(pid.charAt(0)) || pid.equals(Long.toString(daemonPid))) continue;
            String words = content(process.resolve("cmdline")).replace('\0', ' ');
            boolean inside = content(process.resolve("cgroup")).contains("/" + host.name());
            if (inside || words.contains(host.root().toString())) found.add("process " + pid + " " + words);
        }
        return found;
    }

    private static List<String> files(Path root, Path logs, Collection<String> ids) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> !file.startsWith(logs))
                    .filter(file -> ids.stream()
                            .anyMatch(id -> file.getFileName().toString().contains(id)))
                    .map(file -> "file " + file)
                    .toList();
        }
    }

    private static List<Path> directories(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) return List.of();
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory).toList();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) return List.of();
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static String content(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            return ""; // the process has ended since the list
        } catch (IOException e) {
            if (!Files.exists(file.getParent())) return ""; // it ended while it was read: ESRCH
            throw e;
        }
    }
}
