/**
 * From a container's specification to config.json (OCI runtime-spec 1.0): one class per concern, each pure but for what
 * it must look at on the host or in the image.
 */
@NullMarked
package io.davit.backend.oci.bundle;

import org.jspecify.annotations.NullMarked;
