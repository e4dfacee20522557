/**
 * The state machines of sandboxes and containers: tables, pure functions, no clock, no I/O. One way to change state:
 * {@code step(from, event)}; the tables in ARCHITECTURE.md are printed from here and checked by a test.
 */
@NullMarked
package io.davit.core.machine;

import org.jspecify.annotations.NullMarked;
