@NullMarked
package io.davit.conformance.suite.run;

import org.jspecify.annotations.NullMarked;
