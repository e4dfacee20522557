package io.davit.backend.oci.sandbox;

import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SelinuxOption;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses what this backend cannot do for a sandbox, instead of dropping it. */
final class UnservedSandboxFields {
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    private UnservedSandboxFields() {}

    static void refuse(SandboxSpec spec) {
        Namespaces namespaces = spec.security().namespaces();
        if (namespaces.user().filter(user -> user.mode() != NamespaceMode.NODE).isPresent()) {
            throw unsupported(
                    "a user namespace",
                    "linux.security_context.namespace_options.userns_options of mode"
                            + " POD; set hostUsers: true in the pod, or leave it out");
        }
        if (namespaces.network() != NamespaceMode.POD && namespaces.network() != NamespaceMode.NODE) {
            throw Fault.invalid("linux.security_context.namespace_options.network", "neither POD nor NODE");
        }
        if (namespaces.pid() == NamespaceMode.TARGET) {
            throw Fault.invalid("linux.security_context.namespace_options.pid", "TARGET is for containers only");
        }
        spec.security().selinux().filter(UnservedSandboxFields::saysSomething).ifPresent(_ -> {
            String why = Files.exists(SELINUX) ? "labels are not implemented" : "SELinux is not enabled on this node";
            throw unsupported("linux.security_context.selinux_options", why);
        });
    }

    private static boolean saysSomething(SelinuxOption option) {
        return !(option.user() + option.role() + option.type() + option.level()).isEmpty();
    }

    private static Fault unsupported(String what, String why) {
        return new Fault(new Fault.Kind.Unsupported(what, why));
    }
}
