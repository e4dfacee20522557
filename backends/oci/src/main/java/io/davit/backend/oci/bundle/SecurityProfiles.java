package io.davit.backend.oci.bundle;

import io.davit.backend.oci.host.HostFacts;
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
    private static final String LOCALHOST_PREFIX = "localhost/";

    private final HostFacts host;
    private final boolean with32Bit;
    private final SeccompProfile standard = SeccompProfile.runtimeDefault();
    // Few different sets of capabilities exist on a node; resolving one again costs more than keeping it.
    private final Map<Set<Capability>, ObjectNode> resolved = new ConcurrentHashMap<>();

    /** @param with32Bit whether the default profile allows 32 bit programs, which triples its size */
    SecurityProfiles(HostFacts host, boolean with32Bit) {
        this.host = host;
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

    /** process.apparmorProfile. */
    Optional<String> apparmor(ContainerSecurity security) {
        if (security.apparmor().isEmpty()) return Optional.empty();
        return switch (security.apparmor().get()) {
            case SecurityProfile.Unconfined _ -> Optional.empty();
            case SecurityProfile.RuntimeDefault _ -> {
                if (security.privileged()) yield Optional.empty();
                requireApparmor();
                throw unsupported(
                        APPARMOR + " of type RuntimeDefault", "davit loads no AppArmor profile of its own yet");
            }
            case SecurityProfile.Localhost(String reference) -> {
                requireApparmor();
                yield Optional.of(
                        reference.startsWith(LOCALHOST_PREFIX)
                                ? reference.substring(LOCALHOST_PREFIX.length())
                                : reference);
            }
        };
    }

    private void requireApparmor() {
        if (!host.apparmor()) throw unsupported(APPARMOR, "AppArmor is not enabled on this node");
    }

    private static Fault unsupported(String what, String why) {
        return new Fault(new Fault.Kind.Unsupported(what, why));
    }
}
