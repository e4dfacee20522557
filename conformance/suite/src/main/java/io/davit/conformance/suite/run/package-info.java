/** Selects tests, runs them, gathers what came out. */
@NullMarked
package io.davit.conformance.suite.run;

import org.jspecify.annotations.NullMarked;
