/** Pod sandboxes: directories with files, mounts and pinned namespaces; only a shared PID namespace costs a process. */
@NullMarked
package io.davit.backend.oci.sandbox;

import org.jspecify.annotations.NullMarked;
