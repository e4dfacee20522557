/** The daemon as a process of its own, on real containers. Needs root. */
@NullMarked
package io.davit.conformance.daemon;

import org.jspecify.annotations.NullMarked;
