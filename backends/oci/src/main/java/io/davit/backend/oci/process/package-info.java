/** Processes as /proc shows them (proc(5)): who one is, and whether it still is. */
@NullMarked
package io.davit.backend.oci.process;

import org.jspecify.annotations.NullMarked;
