/**
 * The reference backend: an imaginary engine in memory, with the clock it is lent and faults on demand. It shows what the
 * five interfaces of {@code io.davit.core.spi} ask for, without a container in the way; a new backend starts as a copy.
 *
 * <p>Read {@link io.davit.backend.memory.MemoryProvider} first, then {@code MemoryBackend} and the class behind each of
 * its methods. {@link io.davit.backend.memory.World} is the engine, {@link io.davit.backend.memory.Script} its faults.
 */
@NullMarked
package io.davit.backend.memory;

import org.jspecify.annotations.NullMarked;
