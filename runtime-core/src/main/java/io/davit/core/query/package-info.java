/** One class per reading RPC. Answers come from memory: no lock, no disk, no backend that could keep them waiting. */
@NullMarked
package io.davit.core.query;

import org.jspecify.annotations.NullMarked;
