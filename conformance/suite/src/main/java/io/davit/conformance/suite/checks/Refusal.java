package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions about calls that must fail. */
final class Refusal {
    /** The server's own trouble, or nobody's answer: never the right way to refuse a wish. */
    private static final Set<Status.Code> NO_ANSWER =
            Set.of(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE, Status.Code.UNIMPLEMENTED);

    private Refusal() {}

    /** The call fails with an answer that says why; its status. */
    static Status refused(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        if (thrown == null) throw new AssertionError("the server accepted what it must refuse");
        assertThat(thrown).as("the answer of a call that must be refused").isInstanceOf(StatusRuntimeException.class);
        Status status = ((StatusRuntimeException) thrown).getStatus();
        if (status.getCode() == Status.Code.UNIMPLEMENTED) throw (StatusRuntimeException) thrown;
        assertThat(status.getCode()).as("code of the refusal: %s", status).isNotIn(NO_ANSWER);
        assertThat(status.getDescription())
                .as("the reason given with %s", status.getCode())
                .isNotBlank();
        return status;
    }

    /** The call fails with one of these codes, and says why. */
    static void refusedWith(ThrowingCallable call, Status.Code... codes) {
        Status status = refused(call);
        assertThat(status.getCode()).as("code of the refusal: %s", status).isIn((Object[]) codes);
    }
}
