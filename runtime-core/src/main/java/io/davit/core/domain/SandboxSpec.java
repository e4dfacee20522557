package io.davit.core.domain;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything asked of a sandbox; never changes.
 *
 * @param handler as requested: the default handler stays the empty name, but for backends, which are told the real one
 * @param logDirectory absolute; containers' log paths are below it
 * @param cgroupParent in cgroupfs syntax, or a slice for the systemd driver; empty is the backend's default
 */
public record SandboxSpec(
        SandboxId id,
        SandboxName name,
        RuntimeHandler handler,
        String hostname,
        Optional<Path> logDirectory,
        Optional<DnsConfig> dns,
        List<PortMapping> portMappings,
        Map<String, String> labels,
        Map<String, String> annotations,
        String cgroupParent,
        Map<String, String> sysctls,
        SandboxSecurity security,
        Resources overhead,
        Resources resources) {
    public SandboxSpec {
        portMappings = List.copyOf(portMappings);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        sysctls = Map.copyOf(sysctls);
    }

    public SandboxSpec withHandler(RuntimeHandler other) {
        return new SandboxSpec(
                id,
                name,
                other,
                hostname,
                logDirectory,
                dns,
                portMappings,
                labels,
                annotations,
                cgroupParent,
                sysctls,
                security,
                overhead,
                resources);
    }
}
