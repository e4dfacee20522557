package io.davit.core.domain;

import java.util.List;
import java.util.Optional;

/**
 * Security of a container (cri-api LinuxContainerSecurityContext).
 *
 * @param maskedPaths the complete list; empty means nothing is masked
 * @param readonlyPaths the complete list; empty means nothing is made read-only
 */
public record ContainerSecurity(
        Capabilities capabilities,
        boolean privileged,
        Namespaces namespaces,
        Optional<SelinuxOption> selinux,
        RunAs runAs,
        Optional<Long> runAsGroup,
        boolean readonlyRootfs,
        SupplementalGroups supplementalGroups,
        boolean noNewPrivileges,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        Optional<SecurityProfile> seccomp,
        Optional<SecurityProfile> apparmor) {
    public ContainerSecurity {
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }
}
