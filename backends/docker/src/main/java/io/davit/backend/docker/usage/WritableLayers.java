package io.davit.backend.docker.usage;

import io.davit.core.domain.FilesystemUsage;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of writable layers, counted in the background: as often as the kubelet looks at its containers, and the more
 * rarely the longer a count takes. Docker's own count (size=1) walks the same directory in the caller's time.
 */
public final class WritableLayers implements AutoCloseable {
    /** The kubelet's housekeeping (kubernetes, pkg/kubelet/cadvisor). */
    private static final Duration PERIOD = Duration.ofSeconds(10);
    /** A count may take this part of the time, at most. */
    private static final int SHARE = 20;

    private final Clock clock;
    private final Path root;
    private final Map<String, Path> layers = new ConcurrentHashMap<>();
    private final Map<String, FilesystemUsage> counted = new ConcurrentHashMap<>();
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;

    /** @param root of Docker's data, as the name of the filesystem */
    public WritableLayers(Path root, Clock clock) {
        this.clock = clock;
        this.root = root;
        this.thread = Thread.ofVirtual().name("docker-writable-layers").start(this::run);
    }

    /** From now on it is counted, for the first time at once. */
    public void add(String name, Path layer) {
        if (layers.putIfAbsent(name, layer) == null) news.release();
    }

    public void forget(String name) {
        layers.remove(name);
        counted.remove(name);
    }

    /** The last count; empty before the first. */
    public Optional<FilesystemUsage> of(String name) {
        return Optional.ofNullable(counted.get(name));
    }

    /** All layers together. */
    public FilesystemUsage all() {
        long bytes = 0;
        long inodes = 0;
        for (FilesystemUsage usage : List.copyOf(counted.values())) {
            bytes += usage.usedBytes();
            inodes += usage.usedInodes();
        }
        return new FilesystemUsage(clock.instant(), root, bytes, inodes);
    }

    private void run() {
        try {
            while (true) {
                long begun = System.nanoTime();
                for (Map.Entry<String, Path> layer : List.copyOf(layers.entrySet())) {
                    count(layer.getKey(), layer.getValue());
                }
                long took = System.nanoTime() - begun;
                long pause = Math.max(PERIOD.toNanos(), took * SHARE);
                if (news.tryAcquire(pause, TimeUnit.NANOSECONDS)) {
                    news.drainPermits();
                    Thread.sleep(Duration.ofNanos(took));
                }
            }
        } catch (InterruptedException _) {
            // close() asked for it
        }
    }

    private void count(String name, Path layer) {
        long[] sums = new long[2];
        try {
            Files.walkFileTree(layer, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    sums[1]++;
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sums[0] += attributes.size();
                    sums[1]++;
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException _) {
            return; // it is on its way out; the last count stands
        }
        FilesystemUsage usage = new FilesystemUsage(clock.instant(), root, sums[0], sums[1]);
        if (layers.containsKey(name)) counted.put(name, usage);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
