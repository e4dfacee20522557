/**
 * The kernel's interface as far as the JDK has none: one class per theme, direct-mapped by JNA on glibc. Every failure
 * becomes a {@link io.davit.core.domain.Fault} that names the call and the errno ({@link Errno}). All calls are short
 * unless their documentation says otherwise, so that pinning a virtual thread's carrier does not matter.
 */
@NullMarked
package io.davit.backend.oci.syscall;

import org.jspecify.annotations.NullMarked;
