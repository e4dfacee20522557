/** The tour of a first pod that {@code scripts/quickstart} gives. */
@NullMarked
package io.davit.conformance.quickstart;

import org.jspecify.annotations.NullMarked;
