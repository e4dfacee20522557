package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.syscall.NamespaceKind;
import java.util.List;

/**
 * What cleaning up after a sandbox, and telling whether it lives, needs to know; written before anything else is made.
 *
 * @param bootId of the boot in which it was made
 * @param cgroup of the pod
 * @param cgroupOurs whether that is ours to remove; not if the request named it
 * @param holderCgroup of the process that holds the pod's PID namespace; may never have been made
 * @param pinned the namespaces that a live sandbox has
 */
record SandboxNote(
        int version,
        String bootId,
        String cgroup,
        boolean cgroupOurs,
        String holderCgroup,
        List<NamespaceKind> pinned) {
    static final int VERSION = 1;

    SandboxNote {
        pinned = List.copyOf(pinned);
    }

    boolean sharesPid() {
        return pinned.contains(NamespaceKind.PID);
    }
}
