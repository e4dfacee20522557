/**
 * Brings records and reality together: once at start ({@link io.davit.core.recovery.Recovery}), as things happen
 * ({@link io.davit.core.recovery.ExitWatch}), and again and again for what an event missed or a removal left
 * ({@link io.davit.core.recovery.Reconciler}).
 */
@NullMarked
package io.davit.core.recovery;

import org.jspecify.annotations.NullMarked;
