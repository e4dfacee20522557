/** The daemon's entry: reads the configuration, wires every part together and runs it. */
@NullMarked
package io.davit.core.boot;

import org.jspecify.annotations.NullMarked;
