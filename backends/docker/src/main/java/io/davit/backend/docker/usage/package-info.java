/** What containers and pods use, read from control groups and /proc, not from the daemon. */
@NullMarked
package io.davit.backend.docker.usage;

import org.jspecify.annotations.NullMarked;
