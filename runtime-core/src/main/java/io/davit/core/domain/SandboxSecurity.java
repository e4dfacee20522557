package io.davit.core.domain;

import java.util.Optional;

/** Security of a sandbox (cri-api LinuxSandboxSecurityContext). {@code privileged} permits privileged containers. */
public record SandboxSecurity(
        Namespaces namespaces,
        Optional<SelinuxOption> selinux,
        Optional<Long> runAsUser,
        Optional<Long> runAsGroup,
        boolean readonlyRootfs,
        SupplementalGroups supplementalGroups,
        boolean privileged,
        Optional<SecurityProfile> seccomp,
        Optional<SecurityProfile> apparmor) {}
