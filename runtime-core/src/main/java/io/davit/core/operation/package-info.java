/**
 * One class per changing RPC, named as the RPC. An operation reserves, writes its intent, calls the backend, writes what
 * the backend saw; what fails is undone in reverse. It finishes what it began even if the client has left.
 *
 * <p>Lock order: sandbox operation lock &gt; container operation lock &gt; entries of the store. Container operations
 * share the sandbox lock; stopping and removing a sandbox own it, after they have killed its containers without it.
 * Exec, reads and pulls take none.
 */
@NullMarked
package io.davit.core.operation;

import org.jspecify.annotations.NullMarked;
