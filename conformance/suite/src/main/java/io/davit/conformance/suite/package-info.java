/** A suite of tests for any server of the CRI v1, and the program that runs it. */
@NullMarked
package io.davit.conformance.suite;

import org.jspecify.annotations.NullMarked;
