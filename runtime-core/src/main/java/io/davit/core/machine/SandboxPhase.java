package io.davit.core.machine;

/** Where a sandbox is in its life; CRI shows READY as it is and all others that are listed as NOTREADY. */
public enum SandboxPhase {
    /** The backend and the network are making it; not listed, for no client was told of it. */
    STARTING,
    /** Containers can be made in it. */
    READY,
    /** No longer ready; its network or namespaces may still be held. */
    STOPPING,
    /** Stopped; nothing of the node is held but its record and files. */
    NOT_READY,
    /** Being removed, also again and again by the reconciler. */
    REMOVING
}
