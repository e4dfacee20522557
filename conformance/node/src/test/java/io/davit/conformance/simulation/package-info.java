/** Long random lives of a node, each from one seed. */
@NullMarked
package io.davit.conformance.simulation;

import org.jspecify.annotations.NullMarked;
