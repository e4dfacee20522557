package io.davit.core.network;

import io.davit.core.domain.Namespaces;
import io.davit.core.domain.PortMapping;
import io.davit.core.domain.Resources;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SupplementalGroups;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sandboxes for tests, which differ in what the network looks at. */
final class Pods {
    static final SandboxName WEB = new SandboxName("web", "shop", "uid-1", 0);

    private Pods() {}

    static SandboxSpec plain(SandboxId id) {
        return pod(id, WEB, List.of(), Map.of());
    }

    static SandboxSpec pod(SandboxId id, SandboxName name, List<PortMapping> ports, Map<String, String> annotations) {
        SandboxSecurity security = new SandboxSecurity(
                Namespaces.POD,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                SupplementalGroups.NONE,
                false,
                Optional.empty(),
                Optional.empty());
        return new SandboxSpec(
                id,
                name,
                RuntimeHandler.DEFAULT,
                "web",
                Optional.empty(),
                Optional.empty(),
                ports,
                Map.of(),
                annotations,
                "",
                Map.of(),
                security,
                Resources.NONE,
                Resources.NONE);
    }
}
