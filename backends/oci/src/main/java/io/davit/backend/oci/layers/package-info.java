/**
 * Layers as directories and the root file systems made of them. Archives are hostile until unpacked: every entry is
 * resolved by the kernel below its layer's directory (openat2 with RESOLVE_IN_ROOT).
 */
@NullMarked
package io.davit.backend.oci.layers;

import org.jspecify.annotations.NullMarked;
