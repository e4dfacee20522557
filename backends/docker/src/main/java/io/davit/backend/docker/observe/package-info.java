/** What happens in the daemon, told as sightings. */
@NullMarked
package io.davit.backend.docker.observe;

import org.jspecify.annotations.NullMarked;
