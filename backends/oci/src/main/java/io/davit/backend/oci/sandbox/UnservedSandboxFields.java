package io.davit.backend.oci.sandbox;

import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxSpec;
import java.util.Optional;

/** Refuses what this backend cannot do for a sandbox, instead of dropping it. */
final class UnservedSandboxFields {
    private UnservedSandboxFields() {}

    /** @param userNamespaceTrouble why its handler cannot give a pod a user namespace; empty if it can */
    static void refuse(SandboxSpec spec, Optional<String> userNamespaceTrouble) {
        Namespaces namespaces = spec.security().namespaces();
        namespaces.ownUser().ifPresent(user -> refuseUser(namespaces, user, userNamespaceTrouble));
        if (namespaces.network() != NamespaceMode.POD && namespaces.network() != NamespaceMode.NODE) {
            throw Fault.invalid("linux.security_context.namespace_options.network", "neither POD nor NODE");
        }
        if (namespaces.pid() == NamespaceMode.TARGET) {
            throw Fault.invalid("linux.security_context.namespace_options.pid", "TARGET is for containers only");
        }
    }

    // The kernel mounts /proc and /dev/mqueue only for who owns the PID or IPC namespace that they show.
    private static void refuseUser(Namespaces namespaces, Namespaces.UserNamespace user, Optional<String> trouble) {
        String field = "linux.security_context.namespace_options.";
        trouble.ifPresent(why -> {
            throw unsupported(field + "userns_options of mode POD", why + "; or set hostUsers: true in the pod");
        });
        if (namespaces.pid() == NamespaceMode.NODE) throw Fault.invalid(field + "pid", "NODE with a user namespace");
        if (namespaces.ipc() == NamespaceMode.NODE) throw Fault.invalid(field + "ipc", "NODE with a user namespace");
        boolean bare = user.uid().covers(0) && user.gid().covers(0);
        if (!bare) throw Fault.invalid(field + "userns_options", "leaves out container id 0");
    }

    private static Fault unsupported(String what, String why) {
        return new Fault(new Fault.Kind.Unsupported(what, why));
    }
}
