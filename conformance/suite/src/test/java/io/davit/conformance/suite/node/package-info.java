@NullMarked
package io.davit.conformance.suite.node;

import org.jspecify.annotations.NullMarked;
