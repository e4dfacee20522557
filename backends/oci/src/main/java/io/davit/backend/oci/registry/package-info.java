/**
 * A client of the OCI distribution API: one class per endpoint, and one place ({@code RegistryCalls}) for authentication,
 * redirects, retries and the words of errors. Streams to disk and verifies what it fetched; knows nothing of layers or
 * images.
 */
@NullMarked
package io.davit.backend.oci.registry;

import org.jspecify.annotations.NullMarked;
