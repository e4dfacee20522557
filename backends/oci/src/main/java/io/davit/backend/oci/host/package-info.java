/** What this host and this daemon may do, looked at once when the backend opens. */
@NullMarked
package io.davit.backend.oci.host;

import org.jspecify.annotations.NullMarked;
