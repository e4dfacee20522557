package io.davit.backend.oci.bundle;

import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SelinuxOption;
import java.util.List;

/** Refuses what this backend cannot do for a container, instead of dropping it. */
final class UnservedContainerFields {
    private UnservedContainerFields() {}

    static void refuse(SandboxSpec sandbox, ContainerSpec container) {
        ContainerSecurity security = container.security();
        if (security.privileged() && !sandbox.security().privileged()) {
            throw Fault.invalid("linux.security_context.privileged", "the pod sandbox was not made privileged");
        }
        refuse(
                security.selinux().filter(option -> !labels(option).isEmpty()).isPresent(),
                "linux.security_context.selinux_options",
                "SELinux labels are not implemented");
    }

    private static String labels(SelinuxOption option) {
        return String.join("", List.of(option.user(), option.role(), option.type(), option.level()));
    }

    private static void refuse(boolean asked, String what, String why) {
        if (asked) throw new Fault(new Fault.Kind.Unsupported(what, why));
    }
}
