package io.davit.backend.memory;

import io.davit.core.domain.Fault;
import java.time.Duration;

/** What a {@link Script} does to a call. */
sealed interface Act {
    record FailBefore(Fault.Kind kind) implements Act {}

    record FailAfter(Fault.Kind kind) implements Act {}

    record HoldBefore(Hold hold) implements Act {}

    record HoldAfter(Hold hold) implements Act {}

    record Slow(Duration time) implements Act {}

    default void before() {
        switch (this) {
            case FailBefore(Fault.Kind kind) -> throw new Fault(kind);
            case HoldBefore(Hold hold) -> hold.arrive();
            case Slow(Duration time) -> dawdle(time);
            case FailAfter _, HoldAfter _ -> {} // their time is after the work
        }
    }

    default void after() {
        switch (this) {
            case FailAfter(Fault.Kind kind) -> throw new Fault(kind);
            case HoldAfter(Hold hold) -> hold.arrive();
            case FailBefore _, HoldBefore _, Slow _ -> {} // their time was before the work
        }
    }

    private static void dawdle(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("a slow call"), e);
        }
    }
}
