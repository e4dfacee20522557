/** The OCI backend: runs containers with crun or runc under conmon, without an engine in between. */
@NullMarked
package io.davit.backend.oci;

import org.jspecify.annotations.NullMarked;
