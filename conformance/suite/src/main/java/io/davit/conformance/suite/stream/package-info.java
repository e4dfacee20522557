/** Clients of exec, attach and port-forward: SPDY and WebSocket. */
@NullMarked
package io.davit.conformance.suite.stream;

import org.jspecify.annotations.NullMarked;
