/** What every backend and the daemon as a whole must hold, as tests. */
@NullMarked
package io.davit.conformance;

import org.jspecify.annotations.NullMarked;
