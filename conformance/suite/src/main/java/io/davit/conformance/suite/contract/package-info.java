/** What a test says about itself: the feature, the RPCs, the sentence of the contract. */
@NullMarked
package io.davit.conformance.suite.contract;

import org.jspecify.annotations.NullMarked;
