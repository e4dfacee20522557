package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.files.Appearance;
import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.syscall.FileLabel;
import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** The files that all containers of a pod see below /etc (cri-api PodSandboxConfig, DNSConfig). */
final class SandboxFiles {
    private static final Path HOST_HOSTS = Path.of("/etc/hosts");
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path HOST_HOSTNAME = Path.of("/proc/sys/kernel/hostname");
    // World-readable whatever the daemon's umask: processes of containers have any user.
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final int HOSTNAME_BYTES_MAX = 64;

    private SandboxFiles() {}

    static void write(SandboxDirectory directory, SandboxSpec spec, Appearance shown) {
        writeReadable(directory.hostname(), (hostname(spec) + "\n").getBytes(StandardCharsets.UTF_8));
        writeReadable(directory.hosts(), ofHost(HOST_HOSTS));
        byte[] resolvConf = spec.dns()
                .map(dns -> resolvConf(dns).getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> ofHost(HOST_RESOLV_CONF));
        writeReadable(directory.resolvConf(), resolvConf);
        for (Path file : List.of(directory.hostname(), directory.hosts(), directory.resolvConf())) {
            shown.owner().ifPresent(root -> give(file, root));
            shown.label().ifPresent(label -> FileLabel.set(file, label));
        }
    }

    // What root on the host owns is nobody's in a user namespace.
    private static void give(Path file, PodOwner owner) {
        try {
            Files.setAttribute(file, "unix:uid", owner.uid(0));
            Files.setAttribute(file, "unix:gid", owner.gid(0));
        } catch (IOException e) {
            throw Fault.failed("give " + file + " to the pod", e);
        }
    }

    /** The pod's name for itself; the host's where the pod shares the host's network, and so its UTS namespace. */
    static String hostname(SandboxSpec spec) {
        if (spec.security().namespaces().hostNetwork() || spec.hostname().isEmpty()) return hostnameOfHost();
        return spec.hostname();
    }

    private static String hostnameOfHost() {
        try (InputStream file = Files.newInputStream(HOST_HOSTNAME)) {
            return new String(file.readNBytes(HOSTNAME_BYTES_MAX), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw Fault.failed("read " + HOST_HOSTNAME, e);
        }
    }

    /** One line for all search domains and one for all options, as resolv.conf(5) wants it; nothing else. */
    static String resolvConf(DnsConfig dns) {
        StringBuilder text = new StringBuilder();
        if (!dns.searches().isEmpty()) {
            text.append("search ").append(String.join(" ", dns.searches())).append('\n');
        }
        dns.servers()
                .forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!dns.options().isEmpty()) {
            text.append("options ").append(String.join(" ", dns.options())).append('\n');
        }
        return text.toString();
    }

    private static byte[] ofHost(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            // A host without this file: the pod gets an empty one.
            return new byte[0];
        } catch (IOException e) {
            throw Fault.failed("read " + file, e);
        }
    }

    private static void writeReadable(Path file, byte[] content) {
        try {
            Files.write(file, content);
            Files.setPosixFilePermissions(file, READABLE);
        } catch (IOException e) {
            throw Fault.failed("write " + file, e);
        }
    }
}
