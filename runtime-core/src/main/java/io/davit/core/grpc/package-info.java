/**
 * The CRI on the wire: parses messages into the domain, calls an operation or a query, writes the answer. The only
 * package that sees gRPC and protobuf.
 */
@NullMarked
package io.davit.core.grpc;

import org.jspecify.annotations.NullMarked;
