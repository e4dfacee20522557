/** The documentation of {@code io.davit.core.spi} as tests that every backend inherits. */
@NullMarked
package io.davit.conformance.contract;

import org.jspecify.annotations.NullMarked;
