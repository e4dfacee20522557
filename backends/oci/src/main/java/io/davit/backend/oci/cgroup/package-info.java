/** The host's control groups, version 1, 2 or both (cgroups(7)), as far as the OCI runtime does not handle them. */
@NullMarked
package io.davit.backend.oci.cgroup;

import org.jspecify.annotations.NullMarked;
