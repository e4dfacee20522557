package io.davit.conformance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a client is told that does not get what it wants: a code, and always a sentence. */
public final class Refusal {
    private Refusal() {}

    public static Status of(ThrowingCallable call) {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.getStatus().getDescription()).as("its sentence").isNotBlank();
        return refused.getStatus();
    }

    /** The answer of a call that may be refused; empty then. */
    public static String or(Supplier<String> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException _) {
            return "";
        }
    }
}
