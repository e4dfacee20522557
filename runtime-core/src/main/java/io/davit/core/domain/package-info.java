/**
 * Values of the container world, parsed and checked, without I/O. What stands here can be trusted: a bad name, path or
 * signal cannot be constructed. Uses {@code java.base} only.
 */
@NullMarked
package io.davit.core.domain;

import org.jspecify.annotations.NullMarked;
