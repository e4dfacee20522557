/** Writes running containers to archives, with CRIU: what criu can dump, an OCI runtime can have dumped. */
@NullMarked
package io.davit.backend.oci.checkpoint;

import org.jspecify.annotations.NullMarked;
