package io.davit.backend.oci.bundle;

import io.davit.backend.oci.syscall.Capability;
import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Problems;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The capabilities of a container (capabilities(7)): bounding, permitted and effective are the same set, the inheritable
 * one holds the ambient ones alone (CVE-2022-24769).
 *
 * @param dropped what was asked for, and cannot be given because the daemon itself lacks it
 */
record CapabilitySets(Set<Capability> held, Set<Capability> ambient, Set<Capability> dropped) {
    private static final String ALL = "ALL";
    // What Docker and containerd give.
    private static final Set<Capability> STANDARD = EnumSet.of(
            Capability.CHOWN,
            Capability.DAC_OVERRIDE,
            Capability.FSETID,
            Capability.FOWNER,
            Capability.MKNOD,
            Capability.NET_RAW,
            Capability.SETGID,
            Capability.SETUID,
            Capability.SETFCAP,
            Capability.SETPCAP,
            Capability.NET_BIND_SERVICE,
            Capability.SYS_CHROOT,
            Capability.KILL,
            Capability.AUDIT_WRITE);

    /**
     * @param bounding the daemon's own bounding set; a runtime fails when it is to give more
     * @throws io.davit.core.domain.Fault InvalidRequest naming every unknown capability
     */
    static CapabilitySets of(ContainerSecurity security, Set<Capability> bounding) {
        Capabilities requested = security.capabilities();
        Problems problems = new Problems();
        Set<Capability> ambient = parsed("add_ambient_capabilities", requested.addAmbient(), problems);
        Set<Capability> held = EnumSet.copyOf(STANDARD);
        // ALL counts before single names, and what is dropped by name stays dropped.
        boolean allAmbient = requested.addAmbient().contains(ALL);
        if (allAmbient || requested.add().contains(ALL)) held.addAll(EnumSet.allOf(Capability.class));
        if (requested.drop().contains(ALL)) held.clear();
        held.addAll(parsed("add_capabilities", requested.add(), problems));
        held.addAll(ambient);
        held.removeAll(parsed("drop_capabilities", requested.drop(), problems));
        problems.throwIfAny();
        // Privileged means all of them whatever the lists say, as everywhere.
        if (security.privileged()) held = EnumSet.allOf(Capability.class);
        Set<Capability> dropped = EnumSet.copyOf(held);
        dropped.removeAll(bounding);
        held.retainAll(bounding);
        if (allAmbient) ambient.addAll(held);
        ambient.retainAll(held);
        return new CapabilitySets(held, ambient, dropped);
    }

    private static Set<Capability> parsed(String field, Collection<String> names, Problems problems) {
        Set<Capability> found = EnumSet.noneOf(Capability.class);
        for (String name : names) {
            if (name.equals(ALL)) continue;
            Capability.named(name)
                    .ifPresentOrElse(
                            found::add,
                            () -> problems.add("linux.security_context.capabilities." + field, "no such: " + name));
        }
        return found;
    }

    static List<String> names(Set<Capability> set) {
        return set.stream().map(Capability::specName).toList();
    }
}
