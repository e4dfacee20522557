package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes new layers out to the disk and marks those that are safe, on a thread of its own: nobody waits for seconds of
 * syncfs(2). A power cut before that costs another download, nothing else: a layer without its mark is not trusted
 * after a reboot ({@link LayerRecord}).
 */
final class LayerSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LayerSync.class);

    private final Path directory;
    private final BlockingQueue<Path> homes = new LinkedBlockingQueue<>();
    private final Thread thread;
    /** Guarded by this. */
    private boolean closed;

    /** @param directory on the filesystem of the layers */
    LayerSync(Path directory) {
        this.directory = directory;
        this.thread = Thread.ofPlatform().daemon().name("layer-sync").start(this::run);
    }

    /** A layer is complete in {@code home}, as far as this boot is concerned. */
    void written(Path home) {
        homes.add(home);
    }

    private void run() {
        try {
            while (true) {
                List<Path> next = new ArrayList<>(List.of(homes.take()));
                homes.drainTo(next);
                sync(next);
            }
        } catch (InterruptedException _) {
            // Closed: the layers are queued again when the store opens.
        }
    }

    private void sync(List<Path> written) {
        try (Directory filesystem = Directory.open(directory)) {
            filesystem.syncFilesystem();
            synchronized (this) {
                if (closed) return;
                for (Path home : written) mark(home);
            }
        } catch (Fault | IOException e) {
            LOG.warn("{} layers may be fetched again after a power cut: {}", written.size(), e.getMessage());
        }
    }

    private static void mark(Path home) throws IOException {
        try {
            Files.write(home.resolve(LayerRecord.DURABLE), new byte[0]);
        } catch (NoSuchFileException _) {
            // Its image was removed meanwhile.
        }
    }

    /** Nothing is written any more when this returns. It does not wait for a sync under way. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.interrupt();
    }
}
