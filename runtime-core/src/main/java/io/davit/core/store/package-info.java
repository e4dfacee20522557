/**
 * The only writers of state. What a reader sees was written to disk before; readers take immutable records from memory
 * and never wait for a lock or a backend. Lock order: entry of a record &gt; {@link io.davit.core.store.EventLog}; no
 * backend call ever happens under either.
 */
@NullMarked
package io.davit.core.store;

import org.jspecify.annotations.NullMarked;
