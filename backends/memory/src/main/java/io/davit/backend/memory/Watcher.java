package io.davit.backend.memory;

import io.davit.core.spi.Sighting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One who is told what changes, in order. */
final class Watcher {
    /** What comes through the queue. */
    sealed interface News {
        record Seen(Sighting sighting) implements News {}

        /** Nothing was seen, but the clock may have moved. */
        record Woken() implements News {}

        /** The source is gone; nothing comes any more. */
        record Lost() implements News {}
    }

    private static final Duration PATIENCE_MAX = Duration.ofDays(1);

    private final LinkedBlockingQueue<News> queue = new LinkedBlockingQueue<>();

    void see(Sighting sighting) {
        queue.add(new News.Seen(sighting));
    }

    void wake() {
        queue.add(new News.Woken());
    }

    void lose() {
        queue.add(new News.Lost());
    }

    /** The next news, or Woken when {@code limit} is over. */
    News next(Optional<Duration> limit) throws InterruptedException {
        long millis = limit.orElse(PATIENCE_MAX).toMillis() + 1;
        return Optional.ofNullable(queue.poll(millis, TimeUnit.MILLISECONDS)).orElseGet(News.Woken::new);
    }
}
