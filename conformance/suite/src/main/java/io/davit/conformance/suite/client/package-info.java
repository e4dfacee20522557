/** The gRPC client, and the log of its calls. */
@NullMarked
package io.davit.conformance.suite.client;

import org.jspecify.annotations.NullMarked;
