package io.davit.backend.oci.bundle;

import io.davit.backend.oci.host.AppArmor;
import io.davit.backend.oci.host.HostFacts;
import io.davit.backend.oci.host.SaidOnce;
import io.davit.backend.oci.syscall.Capability;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SecurityProfile;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * seccomp and AppArmor of a container (cri-api SecurityProfile). No word about seccomp is no filter, as in containerd.
 */
final class SecurityProfiles {
    private static final String SECCOMP = "linux.security_context.seccomp";
    private static final String APPARMOR = "linux.security_context.apparmor";

    private final HostFacts host;
    private final boolean with32Bit;
    private final SeccompProfile standard = SeccompProfile.runtimeDefault();
    // Few different sets of capabilities exist on a node; resolving one again costs more than keeping it.
    private final Map<Set<Capability>, ObjectNode> resolved = new ConcurrentHashMap<>();

    private final AppArmor apparmor;
    private final SaidOnce said;

    /** @param with32Bit whether the default seccomp profile allows 32 bit programs, which triples its size */
    SecurityProfiles(HostFacts host, AppArmor apparmor, boolean with32Bit, SaidOnce said) {
        this.host = host;
        this.apparmor = apparmor;
        this.said = said;
        this.with32Bit = with32Bit;
    }

    /** linux.seccomp; a privileged container has none whatever was asked for. */
    Optional<ObjectNode> seccomp(ContainerSecurity security, Set<Capability> held) {
        if (security.privileged() || security.seccomp().isEmpty()) return Optional.empty();
        return switch (security.seccomp().get()) {
            case SecurityProfile.Unconfined _ -> Optional.empty();
            case SecurityProfile.RuntimeDefault _ -> {
                requireSeccomp();
                yield Optional.of(resolved.computeIfAbsent(
                        Set.copyOf(held), set -> standard.resolved(set, host.kernel(), with32Bit)));
            }
            case SecurityProfile.Localhost(String reference) -> {
                requireSeccomp();
                yield Optional.of(SeccompProfile.file(reference).resolved(held, host.kernel(), true));
            }
        };
    }

    private void requireSeccomp() {
        if (!host.seccomp()) throw unsupported(SECCOMP, "this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)");
    }

    /**
     * process.apparmorProfile. No word about AppArmor is the default profile where the node has AppArmor, as in
     * containerd and CRI-O; a privileged container has only a profile that was named.
     */
    Optional<String> apparmor(ContainerSecurity security) {
        if (security.apparmor().isEmpty()) return security.privileged() ? Optional.empty() : usualApparmor();
        return switch (security.apparmor().get()) {
            case SecurityProfile.Unconfined _ -> Optional.empty();
            case SecurityProfile.RuntimeDefault _ -> {
                requireApparmor();
                if (security.privileged()) yield Optional.empty();
                apparmor.loadDefault().ifPresent(why -> {
                    throw unsupported(APPARMOR + " of type RuntimeDefault", why);
                });
                yield Optional.of(AppArmor.DEFAULT);
            }
            case SecurityProfile.Localhost(String reference) -> {
                requireApparmor();
                if (!apparmor.has(reference)) {
                    throw Fault.invalid(
                            APPARMOR + ".localhost_ref",
                            "the profile '" + reference + "' is not loaded on this node; load it with apparmor_parser");
                }
                yield Optional.of(reference);
            }
        };
    }

    private Optional<String> usualApparmor() {
        if (!apparmor.enabled()) return Optional.empty();
        Optional<String> trouble = apparmor.loadDefault();
        trouble.ifPresent(why -> said.warn("containers run without an AppArmor profile: " + why));
        return trouble.isPresent() ? Optional.empty() : Optional.of(AppArmor.DEFAULT);
    }

    private void requireApparmor() {
        if (!apparmor.enabled()) throw unsupported(APPARMOR, "AppArmor is not enabled on this node");
    }

    private static Fault unsupported(String what, String why) {
        return new Fault(new Fault.Kind.Unsupported(what, why));
    }
}
