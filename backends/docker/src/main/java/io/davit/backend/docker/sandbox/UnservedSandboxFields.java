package io.davit.backend.docker.sandbox;

import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxSpec;

/** Refuses what Docker cannot do for a pod, instead of dropping it. */
final class UnservedSandboxFields {
    private UnservedSandboxFields() {}

    static void refuse(SandboxSpec spec) {
        Namespaces namespaces = spec.security().namespaces();
        if (namespaces.user().filter(user -> user.mode() != NamespaceMode.NODE).isPresent()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "linux.security_context.namespace_options.userns_options of mode POD",
                    "Docker knows user namespaces for the whole daemon only (userns-remap); set hostUsers: true in the"
                            + " pod, or leave it out"));
        }
        if (namespaces.network() != NamespaceMode.POD && namespaces.network() != NamespaceMode.NODE) {
            throw Fault.invalid("linux.security_context.namespace_options.network", "neither POD nor NODE");
        }
        if (namespaces.pid() == NamespaceMode.TARGET) {
            throw Fault.invalid("linux.security_context.namespace_options.pid", "TARGET is for containers only");
        }
    }
}
