package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.core.domain.Fault;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The one exception that may come out of a backend. */
final class Thrown {
    private Thrown() {}

    /** The kind of fault that the call fails with; a call that succeeds, or throws anything else, is a failure. */
    static Fault.Kind by(ThrowingCallable call) {
        Fault fault = catchThrowableOfType(Fault.class, call);
        Assertions.assertThat(fault).as("a Fault").isNotNull();
        Assertions.assertThat(fault.getMessage()).as("its sentence").isNotBlank();
        return fault.kind();
    }
}
