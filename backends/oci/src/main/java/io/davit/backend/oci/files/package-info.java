/** Where the runtime side keeps what on disk, and how it writes and deletes. */
@NullMarked
package io.davit.backend.oci.files;

import org.jspecify.annotations.NullMarked;
