/** Images of the node: their records, their names, and how they come and go. */
@NullMarked
package io.davit.backend.oci.image;

import org.jspecify.annotations.NullMarked;
