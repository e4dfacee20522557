/**
 * Content by its digest, on disk: whole and verified under {@code blobs}, or unfinished and resumable under
 * {@code partial}.
 */
@NullMarked
package io.davit.backend.oci.content;

import org.jspecify.annotations.NullMarked;
