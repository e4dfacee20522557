/** The result as data, as JSON and as a page. */
@NullMarked
package io.davit.conformance.suite.report;

import org.jspecify.annotations.NullMarked;
