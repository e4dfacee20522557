package io.davit.core.store;

/** What a write must survive. */
enum Durability {
    /** A kill of the daemon: the file is in place, in the kernel's hands. */
    OF_THE_DAEMON,
    /** Loss of power: file and directory are synced. */
    OF_THE_NODE
}
