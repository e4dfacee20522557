/** A registry on the loopback interface whose images and faults a test decides. */
@NullMarked
package io.davit.conformance.registry;

import org.jspecify.annotations.NullMarked;
