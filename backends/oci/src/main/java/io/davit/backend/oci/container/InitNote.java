package io.davit.backend.oci.container;

import io.davit.backend.oci.process.ProcessIdentity;

/** The first process of a container, as the host sees it. */
record InitNote(long pid, long startTicks) {
    static InitNote of(ProcessIdentity init) {
        return new InitNote(init.pid(), init.startTicks());
    }

    ProcessIdentity identity() {
        return new ProcessIdentity(pid, startTicks);
    }
}
