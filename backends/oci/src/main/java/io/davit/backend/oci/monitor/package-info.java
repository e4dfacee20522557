/**
 * conmon, the monitor of one container: it is the parent of the first process, holds its standard streams, writes the
 * log in CRI's format and the exit file, and survives the daemon. Known from conmon(8) and from version 2.1.6 as measured.
 */
@NullMarked
package io.davit.backend.oci.monitor;

import org.jspecify.annotations.NullMarked;
