@NullMarked
package io.davit.conformance.suite.report;

import org.jspecify.annotations.NullMarked;
