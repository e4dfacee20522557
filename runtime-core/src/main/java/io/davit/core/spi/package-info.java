/**
 * What a backend implements and what the core lends it. The core owns names, phases, idempotency, persistence, order
 * and roll-back; a backend does one thing at a time and tells what it sees.
 *
 * <p>Rules for every method: called on a virtual thread and may block; one changing call at a time per object, except
 * {@link Containers#stop}; throws {@link io.davit.core.domain.Fault} only; is idempotent where its answer has ALREADY. An
 * interrupt asks the call to give up early, leaving what its documentation allows.
 */
@NullMarked
package io.davit.core.spi;

import org.jspecify.annotations.NullMarked;
