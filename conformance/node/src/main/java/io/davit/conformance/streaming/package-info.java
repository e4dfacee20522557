/** Programs at the far ends of forwarded ports; scripts start them from their sources. */
@NullMarked
package io.davit.conformance.streaming;

import org.jspecify.annotations.NullMarked;
