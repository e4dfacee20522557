package io.davit.core.domain;

/** Who the first process is. */
public sealed interface RunAs {
    /** As the image says: {@code USER} in its own notation (name or uid, optional group); empty is root. */
    record FromImage(String user) implements RunAs {}

    record Uid(long uid) implements RunAs {}

    /** A name that must stand in the image's /etc/passwd. */
    record Username(String username) implements RunAs {}
}
