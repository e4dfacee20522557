package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A conversation with a container: its bytes move on a virtual thread, so that the call can end although a read does not:
 * at its limit, with the container, or when it is interrupted. Both its threads end with the call.
 */
final class Session {
    /** What moves the bytes. */
    @FunctionalInterface
    interface Body {
        void run() throws IOException, InterruptedException;
    }

    /** How a conversation ended. */
    sealed interface Ending {
        record Finished() implements Ending {}

        record ContainerEnded() implements Ending {}

        record OutOfTime() implements Ending {}

        record Failed(Exception cause) implements Ending {}
    }

    private static final Duration LIMIT_MAX = Duration.ofDays(1);

    private final World world;
    private final Clock clock;
    private final ContainerId container;
    /** Has room for one: the first ending is the one that counts. */
    private final BlockingQueue<Ending> endings = new ArrayBlockingQueue<>(1);

    Session(World world, Clock clock, ContainerId container) {
        this.world = world;
        this.clock = clock;
        this.container = container;
    }

    /** @return whether the body came to its end, rather than the container to its own */
    boolean run(String what, Optional<Duration> limit, Body body) {
        Thread mover = Thread.startVirtualThread(() -> endings.offer(move(body)));
        Thread watcher = Thread.startVirtualThread(this::watch);
        try {
            Ending ending = Optional.ofNullable(
                            endings.poll(limit.orElse(LIMIT_MAX).toMillis(), TimeUnit.MILLISECONDS))
                    .orElseGet(Ending.OutOfTime::new);
            return switch (ending) {
                case Ending.Finished _ -> true;
                case Ending.ContainerEnded _ -> false;
                case Ending.OutOfTime _ -> throw new Fault(new Fault.Kind.TimedOut(what, limit.orElse(LIMIT_MAX)));
                case Ending.Failed(Exception cause) -> throw clientLeft(what, cause);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw clientLeft(what, e);
        } finally {
            mover.interrupt();
            watcher.interrupt();
        }
    }

    private static Ending move(Body body) {
        try {
            body.run();
            return new Ending.Finished();
        } catch (IOException | InterruptedException e) {
            return new Ending.Failed(e);
        }
    }

    private void watch() {
        try {
            world.awaitEnd(container, clock);
            endings.offer(new Ending.ContainerEnded());
        } catch (InterruptedException _) {
            // The conversation was over before the container.
        }
    }

    private static Fault clientLeft(String what, Exception cause) {
        return new Fault(new Fault.Kind.Cancelled(what), cause);
    }
}
