package io.davit.backend.oci.runtime;

import io.davit.core.domain.RuntimeHandler;

/**
 * A runtime handler with the OCI runtime that serves it.
 *
 * @param version as the program prints it
 * @param recursiveReadOnlyMounts whether it knows the mount option {@code rro}
 * @param userNamespaces whether it can put a container into a user namespace
 * @param annotations which of them it gets to see
 */
public record RuntimeEntry(
        RuntimeHandler handler,
        OciRuntime runtime,
        String version,
        boolean recursiveReadOnlyMounts,
        boolean userNamespaces,
        AnnotationFilter annotations) {}
