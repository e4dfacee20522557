/** The Engine API as this backend uses it: bounded calls, negotiated version, refusals as faults. */
@NullMarked
package io.davit.backend.docker.engine;

import org.jspecify.annotations.NullMarked;
