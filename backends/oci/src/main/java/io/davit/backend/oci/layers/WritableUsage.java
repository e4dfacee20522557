package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.FilesystemUsage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What writable layers take on disk, counted by a thread of its own: walking trees is for no call. The thread rests at
 * least twenty times as long as it walked, so that full nodes are not kept busy by being measured. Thread-safe.
 */
final class WritableUsage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WritableUsage.class);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(10);
    private static final int REST_FACTOR = 20;

    private final Supplier<Map<ContainerId, Path>> trees;
    private final Path mountpoint;
    private final Clock clock;
    private final Thread thread;
    /** Of layers that are younger than the last walk. */
    private final Map<ContainerId, FilesystemUsage> fresh = new ConcurrentHashMap<>();

    private volatile Sample sample;

    /** One walk over all. */
    private record Sample(Instant at, Map<ContainerId, TreeUsage.Total> containers) {}

    /**
     * @param trees the writable layers there are now
     * @param mountpoint a directory on the filesystem of the writable layers
     */
    WritableUsage(Supplier<Map<ContainerId, Path>> trees, Path mountpoint, Clock clock) {
        this.trees = trees;
        this.mountpoint = mountpoint;
        this.clock = clock;
        this.sample = new Sample(clock.instant(), Map.of());
        this.thread = Thread.ofPlatform().daemon().name("writable-usage").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                long started = System.nanoTime();
                take();
                Duration walked = Duration.ofNanos(System.nanoTime() - started);
                Duration rest = walked.multipliedBy(REST_FACTOR);
                Thread.sleep(rest.compareTo(PAUSE_MIN) > 0 ? rest : PAUSE_MIN);
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    /** A layer was just made: counted at once, while there is nothing in it, so that there is an answer from the beginning. */
    void began(ContainerId id, Path path) {
        try (Directory tree = Directory.open(path)) {
            TreeUsage.Total total = TreeUsage.of(tree);
            fresh.put(id, new FilesystemUsage(clock.instant(), mountpoint, total.bytes(), total.inodes()));
        }
    }

    /** Counts now. */
    void take() {
        Map<ContainerId, TreeUsage.Total> totals = new HashMap<>();
        Set<ContainerId> before = Set.copyOf(fresh.keySet());
        trees.get().forEach((id, path) -> {
            try (Directory tree = Directory.open(path)) {
                totals.put(id, TreeUsage.of(tree));
            } catch (Fault e) {
                LOG.debug("the writable layer of container {} comes or goes: {}", id, e.getMessage());
            }
        });
        sample = new Sample(clock.instant(), Map.copyOf(totals));
        // They are in the sample now, or gone.
        fresh.keySet().removeAll(before);
    }

    /** Of one container; empty until it has been counted once. */
    Optional<FilesystemUsage> of(ContainerId id) {
        Sample taken = sample;
        return Optional.ofNullable(taken.containers.get(id))
                .map(total -> new FilesystemUsage(taken.at, mountpoint, total.bytes(), total.inodes()))
                .or(() -> Optional.ofNullable(fresh.get(id)));
    }

    /** Of all together. */
    FilesystemUsage total() {
        Sample taken = sample;
        long bytes = 0;
        long inodes = 0;
        for (TreeUsage.Total total : taken.containers.values()) {
            bytes += total.bytes();
            inodes += total.inodes();
        }
        return new FilesystemUsage(taken.at, mountpoint, bytes, inodes);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
