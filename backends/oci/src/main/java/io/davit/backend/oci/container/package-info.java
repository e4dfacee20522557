/**
 * Containers: their directories and notes, what can be told of them by looking, and how they are created, stopped and
 * removed. Nothing is kept in memory that a restart of the daemon would miss.
 */
@NullMarked
package io.davit.backend.oci.container;

import org.jspecify.annotations.NullMarked;
