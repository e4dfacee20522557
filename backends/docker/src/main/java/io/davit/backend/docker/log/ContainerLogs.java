package io.davit.backend.docker.log;

import io.davit.backend.docker.engine.HostFiles;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Copies the logs of all running containers. One thread waits for changes of Docker's files (inotify(7)) and looks at
 * all of them every second besides, for where notes of the kernel are lost.
 */
public final class ContainerLogs implements AutoCloseable {
    private static final Logger LOG = System.getLogger("io.davit.backend.docker");
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Path checkpoints;
    private final WatchService watch;
    private final Map<ContainerId, Following> following = new ConcurrentHashMap<>();
    private final Map<WatchKey, LogCopy> byKey = new ConcurrentHashMap<>();
    private final Map<ContainerId, ReentrantLock> finishing = new ConcurrentHashMap<>();
    private final Thread thread;

    private record Following(LogCopy copy, Optional<WatchKey> key) {}

    /** @param checkpoints directory of our own, which survives a reboot */
    public ContainerLogs(Path checkpoints) {
        HostFiles.makeDirectory(checkpoints);
        this.checkpoints = checkpoints;
        try {
            this.watch = FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw Fault.failed("watch Docker's log files (sysctl fs.inotify.max_user_instances)", e);
        }
        this.thread = Thread.ofVirtual().name("docker-logs").start(this::run);
    }

    private Path checkpoint(ContainerId id) {
        return checkpoints.resolve(id.value());
    }

    /** Copies from now on. Idempotent. */
    public void follow(ContainerId id, Path json, Path log) {
        following.computeIfAbsent(id, _ -> {
            LogCopy copy = new LogCopy(id, json, log, checkpoint(id));
            Optional<WatchKey> key = register(copy);
            key.ifPresent(one -> byKey.put(one, copy));
            return new Following(copy, key);
        });
        following.get(id).copy().poke();
    }

    private Optional<WatchKey> register(LogCopy copy) {
        Path directory = copy.directory();
        if (directory == null) return Optional.empty();
        try {
            return Optional.of(directory.register(
                    watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no notes of changes in " + directory + "; it is looked at every second: " + e);
            return Optional.empty();
        }
    }

    /**
     * Copies the rest of a container that has ended; Docker has written all of it by then (moby, daemon/monitor.go).
     * Idempotent.
     */
    public void finish(ContainerId id, Path json, Path log) {
        // Two that finish one log, each with files of its own, would copy it twice.
        ReentrantLock lock = finishing.computeIfAbsent(id, _ -> new ReentrantLock());
        lock.lock();
        try {
            if (Checkpoint.read(checkpoint(id)).filter(Checkpoint::finished).isPresent()) return;
            Following known = following.get(id);
            LogCopy copy = known == null ? new LogCopy(id, json, log, checkpoint(id)) : known.copy();
            copy.finish();
            if (known == null) copy.close();
            forget(id);
        } catch (IOException e) {
            throw Fault.failed("copy the end of the log of container " + id + " to " + log, e);
        } finally {
            lock.unlock();
        }
    }

    /** @throws Fault Refused if the container does not run */
    public void reopen(ContainerId id) {
        Following known = following.get(id);
        if (known == null) {
            throw new Fault(
                    new Fault.Kind.Refused("reopen the log of container " + id, "it does not run, or has no log path"));
        }
        try {
            known.copy().reopen();
        } catch (IOException e) {
            throw Fault.failed("reopen the log of container " + id, e);
        }
    }

    /** The container is being removed. */
    public void remove(ContainerId id) {
        forget(id);
        finishing.remove(id);
        HostFiles.delete(checkpoint(id));
    }

    /** Containers that something is noted of. */
    public List<String> noted() {
        return HostFiles.names(checkpoints);
    }

    private void forget(ContainerId id) {
        Following known = following.remove(id);
        if (known == null) return;
        known.key().ifPresent(key -> {
            byKey.remove(key);
            key.cancel();
        });
        close(known.copy());
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = watch.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                if (key == null) {
                    following.values().forEach(known -> known.copy().poke());
                    continue;
                }
                key.pollEvents();
                key.reset();
                LogCopy copy = byKey.get(key);
                if (copy != null) copy.poke();
            }
        } catch (InterruptedException | ClosedWatchServiceException _) {
            // close() asked for it
        }
    }

    private static void close(LogCopy copy) {
        try {
            copy.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the log of container " + copy.id(), e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            watch.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the watch", e);
        }
        following.values().forEach(known -> close(known.copy()));
        following.clear();
    }
}
