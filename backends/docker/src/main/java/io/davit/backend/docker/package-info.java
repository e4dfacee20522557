/** The Docker backend: runs pods through the Engine API of a Docker daemon on this host. */
@NullMarked
package io.davit.backend.docker;

import org.jspecify.annotations.NullMarked;
