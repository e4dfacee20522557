/** HTTP/1.1 on the daemon's unix socket: docker-java's transport, and streams that are no request and answer. */
@NullMarked
package io.davit.backend.docker.wire;

import org.jspecify.annotations.NullMarked;
