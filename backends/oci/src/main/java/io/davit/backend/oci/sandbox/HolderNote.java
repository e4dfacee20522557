package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.process.ProcessIdentity;

/** The process that holds the pod's PID namespace. */
record HolderNote(long pid, long startTicks) {
    static HolderNote of(ProcessIdentity holder) {
        return new HolderNote(holder.pid(), holder.startTicks());
    }

    ProcessIdentity identity() {
        return new ProcessIdentity(pid, startTicks);
    }
}
