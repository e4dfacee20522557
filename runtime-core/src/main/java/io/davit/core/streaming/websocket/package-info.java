/**
 * WebSocket (RFC 6455) as the Kubernetes clients use it: each message carries bytes of one numbered channel, which its
 * first byte names; or, for port forwarding, the messages are a tunnel for SPDY. Frames of any length are read piece by
 * piece, so that no client can make us hold one in memory; extensions are not served.
 */
@NullMarked
package io.davit.core.streaming.websocket;

import org.jspecify.annotations.NullMarked;
