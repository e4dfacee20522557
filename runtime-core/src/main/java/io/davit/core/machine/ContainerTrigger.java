package io.davit.core.machine;

/** Columns of the container table; names that end in _REQ are wishes, the others are facts. */
enum ContainerTrigger {
    MADE,
    START_REQ,
    STARTED,
    START_FAIL,
    EXIT,
    REMOVE_REQ,
    REMOVED,
    LOST;

    boolean isRequest() {
        return this == START_REQ || this == REMOVE_REQ;
    }
}
