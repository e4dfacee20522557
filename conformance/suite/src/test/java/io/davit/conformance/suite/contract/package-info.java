@NullMarked
package io.davit.conformance.suite.contract;

import org.jspecify.annotations.NullMarked;
