package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.Problems;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Kernel parameters of a pod. Only those of a namespace that the pod has of its own: any other would change the host
 * (kernel Documentation, admin-guide/sysctl).
 */
final class Sysctls {
    private static final Path ROOT = Path.of("/proc/sys");
    private static final Set<String> IPC_NAMES = Set.of(
            "kernel/msgmax",
            "kernel/msgmnb",
            "kernel/msgmni",
            "kernel/sem",
            "kernel/shmall",
            "kernel/shmmax",
            "kernel/shmmni",
            "kernel/shm_rmid_forced");
    // What Docker, containerd and CRI-O set for every pod: low ports and ping without capabilities.
    private static final Map<String, String> NETWORK_DEFAULTS =
            Map.of("net/ipv4/ip_unprivileged_port_start", "0", "net/ipv4/ping_group_range", "0 2147483647");

    private Sysctls() {}

    /**
     * Files below /proc/sys and what to write there.
     *
     * @throws io.davit.core.domain.Fault InvalidRequest naming every parameter that is not the pod's own
     */
    static Map<Path, String> of(SandboxSpec spec, Collection<NamespaceKind> own) {
        Map<String, String> values = new LinkedHashMap<>();
        if (own.contains(NamespaceKind.NET)) {
            NETWORK_DEFAULTS.forEach((name, value) -> {
                if (Files.exists(ROOT.resolve(name))) values.put(name, value);
            });
        }
        Problems problems = new Problems();
        spec.sysctls().forEach((name, value) -> {
            String path = path(name);
            if (allowed(path, own)) values.put(path, value);
            else problems.add("linux.sysctls[" + name + "]", "not a parameter of a namespace that this pod has alone");
        });
        problems.throwIfAny();
        Map<Path, String> files = new LinkedHashMap<>();
        values.forEach((name, value) -> files.put(ROOT.resolve(name), value));
        return files;
    }

    // sysctl(8): dots separate, unless a slash comes first; the other character then stands for itself swapped.
    private static String path(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        if (dot < 0 || (slash >= 0 && slash < dot)) return name;
        return name.chars()
                .map(c -> c == '.' ? '/' : c == '/' ? '.' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean allowed(String path, Collection<NamespaceKind> own) {
        if (path.contains("..") || path.startsWith("/")) return false;
        if (path.startsWith("net/")) return own.contains(NamespaceKind.NET);
        if (path.startsWith("fs/mqueue/") || IPC_NAMES.contains(path)) return own.contains(NamespaceKind.IPC);
        return path.equals("kernel/domainname") && own.contains(NamespaceKind.UTS);
    }
}
