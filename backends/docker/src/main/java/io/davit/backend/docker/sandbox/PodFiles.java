package io.davit.backend.docker.sandbox;

import io.davit.backend.docker.engine.HostFiles;
import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What lies in the directory of one pod: the files that all its containers see below /etc, and the pin of its network
 * namespace. Docker would make such files itself, below its own data directory; those would have to be rewritten in
 * place after each start. A mount of ours over them has no race, and needs nothing of Docker's.
 */
public record PodFiles(Path directory) {
    private static final Path HOST_HOSTS = Path.of("/etc/hosts");
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path HOST_HOSTNAME = Path.of("/proc/sys/kernel/hostname");
    private static final int HOSTNAME_BYTES_MAX = 64;

    /** @param pods directory of all pods */
    public static PodFiles of(Path pods, SandboxId id) {
        return new PodFiles(pods.resolve(id.value()));
    }

    public Path hostname() {
        return directory.resolve("hostname");
    }

    public Path hosts() {
        return directory.resolve("hosts");
    }

    public Path resolvConf() {
        return directory.resolve("resolv.conf");
    }

    /** Opens the pod's network namespace as long as the pod lives; missing if the pod uses the host's. */
    public Path network() {
        return directory.resolve("netns");
    }

    void write(SandboxSpec spec) {
        HostFiles.makeDirectory(directory);
        HostFiles.writeReadable(hostname(), (nameOf(spec) + "\n").getBytes(StandardCharsets.UTF_8));
        HostFiles.writeReadable(hosts(), ofHost(HOST_HOSTS));
        byte[] resolvConf = spec.dns()
                .map(dns -> text(dns).getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> ofHost(HOST_RESOLV_CONF));
        HostFiles.writeReadable(resolvConf(), resolvConf);
    }

    /** The pod's name for itself; the host's where the pod shares the host's network, and so its UTS namespace. */
    static String nameOf(SandboxSpec spec) {
        if (!spec.security().namespaces().hostNetwork() && !spec.hostname().isEmpty()) return spec.hostname();
        try (var file = Files.newInputStream(HOST_HOSTNAME)) {
            return new String(file.readNBytes(HOSTNAME_BYTES_MAX), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw Fault.failed("read " + HOST_HOSTNAME, e);
        }
    }

    /** One line for all search domains and one for all options, as resolv.conf(5) wants it; nothing else. */
    static String text(DnsConfig dns) {
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
            return new byte[0]; // a host without this file: the pod gets an empty one
        } catch (IOException e) {
            throw Fault.failed("read " + file, e);
        }
    }
}
