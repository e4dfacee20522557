/** Images: the daemon's, as the CRI names them. */
@NullMarked
package io.davit.backend.docker.image;

import org.jspecify.annotations.NullMarked;
