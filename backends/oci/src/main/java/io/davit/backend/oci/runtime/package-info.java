/** OCI runtimes (runc, crun and those that speak the same command line): found, looked at, and driven. */
@NullMarked
package io.davit.backend.oci.runtime;

import org.jspecify.annotations.NullMarked;
