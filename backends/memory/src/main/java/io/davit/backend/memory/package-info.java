/** The reference backend: everything in memory, a virtual clock, scripted faults. */
@NullMarked
package io.davit.backend.memory;

import org.jspecify.annotations.NullMarked;
