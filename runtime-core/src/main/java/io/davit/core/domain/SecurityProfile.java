package io.davit.core.domain;

/** A seccomp or AppArmor profile (cri-api SecurityProfile). */
public sealed interface SecurityProfile {
    record RuntimeDefault() implements SecurityProfile {}

    record Unconfined() implements SecurityProfile {}

    /** A profile of the node: a file's absolute path for seccomp, a loaded profile's name for AppArmor. */
    record Localhost(String reference) implements SecurityProfile {}
}
