/** Exec, attach and port forwarding. */
@NullMarked
package io.davit.backend.docker.stream;

import org.jspecify.annotations.NullMarked;
