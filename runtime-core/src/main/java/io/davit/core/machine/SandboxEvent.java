package io.davit.core.machine;

/** What can happen to a sandbox; names that end in _REQ are wishes, the others are facts. */
public enum SandboxEvent {
    /** Namespaces and network are there. */
    UP,
    /** A client wants it stopped. */
    STOP_REQ,
    /** Everything it held is released. */
    STOPPED,
    /** The backend sees that it ended by itself. */
    DIED,
    /** A client, a roll-back or recovery wants it removed. */
    REMOVE_REQ,
    /** Nothing is left. */
    REMOVED;

    boolean isRequest() {
        return this == STOP_REQ || this == REMOVE_REQ;
    }
}
