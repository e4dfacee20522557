/**
 * Namespaces of pods that live without a process: each is pinned by a bind mount of its file. Only a PID namespace needs
 * a process, the holder.
 */
@NullMarked
package io.davit.backend.oci.namespaces;

import org.jspecify.annotations.NullMarked;
