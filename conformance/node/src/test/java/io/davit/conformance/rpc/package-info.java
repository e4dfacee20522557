/** Each RPC as its client sees it: on a whole daemon, with an engine whose faults are scripted. */
@NullMarked
package io.davit.conformance.rpc;

import org.jspecify.annotations.NullMarked;
