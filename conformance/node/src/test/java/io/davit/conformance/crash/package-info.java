/** The daemon dies at every step, and comes back. */
@NullMarked
package io.davit.conformance.crash;

import org.jspecify.annotations.NullMarked;
