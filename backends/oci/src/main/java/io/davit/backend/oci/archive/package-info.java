/** Images as archives: docker-archive and oci-archive, in and out. */
@NullMarked
package io.davit.backend.oci.archive;

import org.jspecify.annotations.NullMarked;
