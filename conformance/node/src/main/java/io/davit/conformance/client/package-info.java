/** A client of the CRI, as the kubelet is one. */
@NullMarked
package io.davit.conformance.client;

import org.jspecify.annotations.NullMarked;
