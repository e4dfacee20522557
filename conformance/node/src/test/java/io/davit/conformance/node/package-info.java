/** A whole daemon in this process, on the memory backend. */
@NullMarked
package io.davit.conformance.node;

import org.jspecify.annotations.NullMarked;
