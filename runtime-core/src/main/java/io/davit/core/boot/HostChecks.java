package io.davit.core.boot;

import io.davit.core.spi.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code davit doctor} says of kernel, rights and limits; reads a few files and changes nothing. */
final class HostChecks {
    /** Bit numbers of capability(7): without these no pod can run. */
    private static final Map<String, Integer> NEEDED = new TreeMap<>(Map.of(
            "CAP_CHOWN", 0,
            "CAP_DAC_OVERRIDE", 1,
            "CAP_NET_ADMIN", 12,
            "CAP_SYS_ADMIN", 21,
            "CAP_MKNOD", 27));

    private static final int CAP_SYS_RESOURCE = 24;

    /** Overlay mounts without help, statx, clone3: below it nobody tests any more. */
    private static final KernelVersion KERNEL_NEEDED = new KernelVersion(5, 4);

    /** Idmapped layers of overlayfs, for pods with a user namespace. */
    private static final KernelVersion KERNEL_WANTED = new KernelVersion(5, 19);

    private static final List<String> NAMESPACES = List.of("cgroup", "ipc", "mnt", "net", "pid", "uts");

    /** Each container takes one instance in its own tools, and so do kubelet and engines; the default is 128. */
    private static final long INOTIFY_INSTANCES_WANTED = 512;

    private static final long OPEN_FILES_WANTED = 65_536;

    private final HostFiles files;

    HostChecks(HostFiles files) {
        this.files = files;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(List.of(user(), capabilities(), resourceCapability(), kernel()));
        findings.addAll(List.of(overlay(), namespaces(), userNamespaces(), forwarding(), inotify(), openFiles()));
        return findings;
    }

    private Finding user() {
        String uid = files.line("/proc/self/status", "Uid:").orElse("").split("\\s+", 2)[0];
        if (uid.equals("0")) return Finding.ok("user", "root");
        return Finding.missing("user", "uid " + uid, "start davit as root");
    }

    private Finding capabilities() {
        long effective = effectiveCapabilities();
        String missing = NEEDED.entrySet().stream()
                .filter(entry -> (effective >> entry.getValue() & 1) == 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        if (missing.isEmpty()) return Finding.ok("capabilities", String.join(", ", NEEDED.keySet()));
        return Finding.missing(
                "capabilities", "without " + missing, "start davit outside of a container, or in a privileged one");
    }

    private Finding resourceCapability() {
        if ((effectiveCapabilities() >> CAP_SYS_RESOURCE & 1) == 1) return Finding.ok("CAP_SYS_RESOURCE", "held");
        return Finding.warning(
                "CAP_SYS_RESOURCE",
                "not held: negative oom_score_adj and limits above our own are cut down",
                "add it to the capability bounding set of the service");
    }

    private long effectiveCapabilities() {
        return files.line("/proc/self/status", "CapEff:")
                .map(hex -> Long.parseUnsignedLong(hex, 16))
                .orElse(0L);
    }

    private Finding kernel() {
        String release = files.text("/proc/sys/kernel/osrelease").orElse("unknown");
        KernelVersion version = KernelVersion.parse(release);
        if (version.compareTo(KERNEL_NEEDED) < 0) {
            return Finding.missing("kernel", release, "use Linux " + KERNEL_NEEDED + " or later");
        }
        if (version.compareTo(KERNEL_WANTED) < 0) {
            return Finding.warning(
                    "kernel", release + ": no user namespaces for pods", "use Linux " + KERNEL_WANTED + " or later");
        }
        return Finding.ok("kernel", release);
    }

    private Finding overlay() {
        boolean there = files.text("/proc/filesystems").stream()
                .flatMap(String::lines)
                .anyMatch(line -> line.endsWith("\toverlay"));
        if (there) return Finding.ok("overlayfs", "in /proc/filesystems");
        return Finding.missing("overlayfs", "not in /proc/filesystems", "modprobe overlay");
    }

    private Finding namespaces() {
        String missing = NAMESPACES.stream()
                .filter(name -> !files.exists("/proc/self/ns/" + name))
                .collect(Collectors.joining(", "));
        if (missing.isEmpty()) return Finding.ok("namespaces", String.join(", ", NAMESPACES));
        return Finding.missing("namespaces", "this kernel lacks " + missing, "use a kernel with CONFIG_NAMESPACES");
    }

    private Finding userNamespaces() {
        long most = files.number("/proc/sys/user/max_user_namespaces").orElse(0L);
        if (most > 0) return Finding.ok("user namespaces", "up to " + most);
        return Finding.warning(
                "user namespaces",
                "none: pods with hostUsers: false do not start",
                "sysctl -w user.max_user_namespaces=15000");
    }

    private Finding forwarding() {
        List<String> off = Stream.of("/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding")
                .filter(path -> files.number(path).orElse(0L) == 0)
                .map(path -> path.substring("/proc/sys/".length()).replace('/', '.'))
                .toList();
        if (off.isEmpty()) return Finding.ok("IP forwarding", "IPv4 and IPv6");
        return Finding.warning(
                "IP forwarding",
                "off: " + String.join(", ", off) + "; pods of that family reach no other node",
                "sysctl -w " + off.stream().map(key -> key + "=1").collect(Collectors.joining(" ")));
    }

    private Finding inotify() {
        long instances = files.number("/proc/sys/fs/inotify/max_user_instances").orElse(0L);
        if (instances >= INOTIFY_INSTANCES_WANTED) return Finding.ok("inotify", instances + " instances per user");
        return Finding.warning(
                "inotify",
                "only " + instances + " instances per user",
                "sysctl -w fs.inotify.max_user_instances=" + INOTIFY_INSTANCES_WANTED);
    }

    private Finding openFiles() {
        String limits = files.line("/proc/self/limits", "Max open files").orElse("");
        String[] columns = limits.split("\\s+");
        String hard = columns.length > 1 ? columns[1] : "unknown";
        boolean enough =
                hard.equals("unlimited") || (hard.matches("\\d{1,18}") && Long.parseLong(hard) >= OPEN_FILES_WANTED);
        if (enough) return Finding.ok("open files", "up to " + hard);
        return Finding.warning(
                "open files",
                "up to " + hard + " per process, for containers as well",
                "LimitNOFILE=1048576 in the service's unit, or ulimit -n");
    }
}
