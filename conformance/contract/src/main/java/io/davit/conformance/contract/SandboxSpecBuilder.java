package io.davit.conformance.contract;

import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.PortMapping;
import io.davit.core.domain.Resources;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SupplementalGroups;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sandbox as the kubelet asks for it by default; each method changes one thing. */
public final class SandboxSpecBuilder {
    private final SandboxId id;
    private final String name;
    private NamespaceMode network = NamespaceMode.POD;
    private Optional<Path> logDirectory = Optional.empty();
    private Optional<DnsConfig> dns = Optional.empty();
    private RuntimeHandler handler = RuntimeHandler.DEFAULT;
    private String cgroupParent = "";

    private SandboxSpecBuilder(SandboxId id, String name) {
        this.id = id;
        this.name = name;
    }

    public static SandboxSpecBuilder of(SandboxId id, String name) {
        return new SandboxSpecBuilder(id, name);
    }

    public SandboxSpecBuilder hostNetwork() {
        network = NamespaceMode.NODE;
        return this;
    }

    public SandboxSpecBuilder logDirectory(Path directory) {
        logDirectory = Optional.of(directory);
        return this;
    }

    public SandboxSpecBuilder dns(DnsConfig config) {
        dns = Optional.of(config);
        return this;
    }

    public SandboxSpecBuilder handler(RuntimeHandler name) {
        handler = name;
        return this;
    }

    public SandboxSpecBuilder cgroupParent(String parent) {
        cgroupParent = parent;
        return this;
    }

    public SandboxSpec build() {
        // The kubelet shares the PID namespace only for shareProcessNamespace.
        Namespaces namespaces =
                new Namespaces(network, NamespaceMode.CONTAINER, NamespaceMode.POD, Optional.empty(), Optional.empty());
        SandboxSecurity security = new SandboxSecurity(
                namespaces,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                SupplementalGroups.NONE,
                false,
                Optional.empty(),
                Optional.empty());
        List<PortMapping> noPorts = List.of();
        return new SandboxSpec(
                id,
                new SandboxName(name, "contract", "uid-of-" + name, 0),
                handler,
                network == NamespaceMode.NODE ? "" : name,
                logDirectory,
                dns,
                noPorts,
                Map.of("app", name),
                Map.of("davit.test/note", "kept as it is"),
                cgroupParent,
                Map.of(),
                security,
                Resources.NONE,
                Resources.NONE);
    }
}
