/** Runs programs of the host: clean environment, no inherited descriptors, limits on time, output and number. */
@NullMarked
package io.davit.core.process;

import org.jspecify.annotations.NullMarked;
