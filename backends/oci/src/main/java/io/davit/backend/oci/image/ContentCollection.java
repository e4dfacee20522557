package io.davit.backend.oci.image;

import io.davit.backend.oci.content.BlobStore;
import io.davit.backend.oci.layers.LayerStore;
import io.davit.core.domain.Fault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what broken-off pulls have left, once nobody has come back for it within an hour: unfinished blobs, and blobs
 * and layers that no image, container or pull holds. Thread-safe.
 */
final class ContentCollection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContentCollection.class);
    /** The kubelet tries again every five minutes at the latest. */
    static final Duration KEPT = Duration.ofHours(1);

    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final BlobStore blobs;
    private final LayerStore layers;
    private final Clock clock;
    private final Thread thread;

    private ContentCollection(BlobStore blobs, LayerStore layers, Clock clock) {
        this.blobs = blobs;
        this.layers = layers;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("content-collection").unstarted(this::run);
    }

    static ContentCollection start(BlobStore blobs, LayerStore layers, Clock clock) {
        ContentCollection collection = new ContentCollection(blobs, layers, clock);
        collection.thread.start();
        return collection;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                collect();
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    /** Does it now. */
    void collect() {
        try {
            Instant before = clock.instant().minus(KEPT);
            layers.sweep(before);
            blobs.sweep(before);
        } catch (Fault e) {
            LOG.warn("what broken-off pulls have left is still there: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
