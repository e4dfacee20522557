/** Containers: from a request of the CRI to one of Docker, and from Docker's state to a sighting. */
@NullMarked
package io.davit.backend.docker.container;

import org.jspecify.annotations.NullMarked;
