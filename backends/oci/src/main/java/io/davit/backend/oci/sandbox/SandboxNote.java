package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.syscall.NamespaceKind;
import java.util.List;

/**
 * What cleaning up after a sandbox, and telling whether it lives, needs to know; written before anything else is made.
 *
 * @param bootId of the boot in which it was made
 * @param cgroup of the pod, where it is ours to remove; empty if the request named a parent
 * @param pinned the namespaces that a live sandbox has
 */
record SandboxNote(int version, String bootId, String cgroup, List<NamespaceKind> pinned) {
    static final int VERSION = 1;

    SandboxNote {
        pinned = List.copyOf(pinned);
    }

    boolean sharesPid() {
        return pinned.contains(NamespaceKind.PID);
    }
}
