package io.davit.core.domain;

/** Whose namespace a container uses (cri-api NamespaceMode). */
public enum NamespaceMode {
    POD,
    CONTAINER,
    NODE,
    TARGET
}
