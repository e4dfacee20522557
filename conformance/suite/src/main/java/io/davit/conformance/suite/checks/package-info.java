/** The tests. Each class is a feature, each method checks one sentence of the contract. */
@NullMarked
package io.davit.conformance.suite.checks;

import org.jspecify.annotations.NullMarked;
