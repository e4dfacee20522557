package io.davit.backend.oci.image;

import io.davit.core.domain.Digest;
import java.util.Optional;

/**
 * Points to content (OCI image-spec, descriptor.md).
 *
 * @param platform of an entry in an index
 */
record Descriptor(String mediaType, Digest digest, long sizeBytes, Optional<Platform> platform) {}
