/** How long a pod's life takes on a CRI endpoint; run against two of them in turn, for ratios on one machine. */
@NullMarked
package io.davit.conformance.bench;

import org.jspecify.annotations.NullMarked;
