/**
 * Bytes between Netty's event loop, which must not block, and the backend's code, which may. Towards us an
 * {@link io.davit.core.streaming.flow.InboundPipe} per stream holds what was not read yet; when the pipes of a
 * connection hold too much, the connection is not read any more and TCP stops the client. Towards the client an
 * {@link io.davit.core.streaming.flow.OutboundWindow} per connection lets writers on, in the order they came, as far as
 * the socket takes the bytes.
 */
@NullMarked
package io.davit.core.streaming.flow;

import org.jspecify.annotations.NullMarked;
