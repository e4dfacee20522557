/**
 * Exec, Attach and PortForward as the kubelet and crictl use them: an RPC answers with a URL, whose token is good for
 * one connection; the connection is upgraded to SPDY/3.1 or WebSocket; the backend copies bytes.
 *
 * <p>Threads. Two event loops cut bytes into frames and never block. Each connection has a virtual thread that runs its
 * {@link io.davit.core.streaming.Conversation}, and so the blocking call of the backend; a forwarded connection has one
 * of its own, and so has the reading of terminal sizes. The threads a backend copies with are the backend's. When the
 * client leaves, its streams fail with an IOException and its threads are interrupted; that is how an exec'd process
 * ends with its client.
 *
 * <p>Flow control. What the client sends waits in bounded pipes; when they are full the socket is not read, and TCP
 * stops the client. What goes to the client is written a chunk at a time into a bounded window per connection; a client
 * that does not read blocks the backend's write, and so the process. The package {@code flow} has the details. A
 * connection costs at most its pipes, its window and one read of its socket.
 *
 * <p>Errors. Before the upgrade: an HTTP status ({@link io.davit.core.streaming.Refusal}). After it: the error stream,
 * and one line in our log. What is not a {@link io.davit.core.domain.Fault} is a bug of ours and logged with its trace.
 */
@NullMarked
package io.davit.core.streaming;

import org.jspecify.annotations.NullMarked;
