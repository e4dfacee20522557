/** The server under test as the tests see it: pods, containers, logs, images, and what they leave is removed. */
@NullMarked
package io.davit.conformance.suite.node;

import org.jspecify.annotations.NullMarked;
