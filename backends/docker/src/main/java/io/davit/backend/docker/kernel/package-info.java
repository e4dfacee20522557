/** The few system calls this backend needs and the JDK has none for. */
@NullMarked
package io.davit.backend.docker.kernel;

import org.jspecify.annotations.NullMarked;
