package io.davit.backend.oci.image;

import io.davit.backend.oci.content.BlobStore;
import io.davit.backend.oci.content.ContentFaults;
import io.davit.backend.oci.content.ImageSource;
import io.davit.backend.oci.content.PartialBlob;
import io.davit.backend.oci.layers.Layer;
import io.davit.backend.oci.layers.LayerStore;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.spi.LayerProgress;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings layers from registries into the layer store; each is unpacked while it is still being downloaded. A layer that
 * several pulls want is fetched once. A bounded number is under way at a time. Thread-safe.
 */
final class LayerFetch {
    private static final Logger LOG = LoggerFactory.getLogger(LayerFetch.class);

    private final BlobStore blobs;
    private final LayerStore layers;
    private final Semaphore places;
    private final Flights<Digest, Layer> flights = new Flights<>("fetching the layer");
    /** Layers on different ones below may share a blob. */
    private final Map<Digest, ReentrantLock> blobLocks = new ConcurrentHashMap<>();

    private final Map<Digest, PartialBlob> downloads = new ConcurrentHashMap<>();

    private final LongAdder joinedBytes = new LongAdder();

    LayerFetch(BlobStore blobs, LayerStore layers, int layersAtOnce) {
        this.blobs = blobs;
        this.layers = layers;
        this.places = new Semaphore(layersAtOnce, true);
    }

    /**
     * Brings the layer, or waits for it; returns at once if it is here. An interrupt gives up.
     *
     * @param below waits for the layers below and gives them, topmost first
     */
    Layer run(LayerOrder order, Supplier<List<Layer>> below) {
        Digest chain = order.name().chain();
        Optional<Layer> here = layers.find(chain);
        if (here.isPresent()) return here.get();
        AtomicBoolean own = new AtomicBoolean();
        Layer layer = flights.runUnlessDone(chain, () -> {
            own.set(true);
            return layers.find(chain).orElseGet(() -> bring(order, below));
        });
        if (!own.get()) joinedBytes.add(order.blob().sizeBytes());
        return layer;
    }

    /** Of packed layers that were asked for while another pull was fetching them. */
    long joinedBytes() {
        return joinedBytes.sum();
    }

    private Layer bring(LayerOrder order, Supplier<List<Layer>> below) {
        try (Place place = Place.take(places)) {
            boolean stored = blobs.has(order.digest());
            try {
                return unpacking(order, place, below).await();
            } catch (Fault e) {
                // A blob that a power cut has damaged; its digest tells, and then it is fetched again.
                if (!stored || blobs.verify(order.digest())) throw e;
                return unpacking(order, place, below).await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("fetching the layer " + order.digest()), e);
        } catch (IOException e) {
            throw ContentFaults.of("fetch the layer " + order.digest(), e);
        }
    }

    // The lock is given back before anybody waits for the layers below: one of them may be of the same blob.
    private Unpacking unpacking(LayerOrder order, Place place, Supplier<List<Layer>> below)
            throws InterruptedException, IOException {
        ReentrantLock lock = blobLocks.computeIfAbsent(order.digest(), _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (blobs.has(order.digest())) return unpack(order, place, below, blobs.open(order.digest()));
            return download(order, place, below);
        } finally {
            lock.unlock();
        }
    }

    private Unpacking download(LayerOrder order, Place place, Supplier<List<Layer>> below) throws IOException {
        try {
            return download(order, order.source(), place, below);
        } catch (Damage damage) {
            LOG.warn("a layer is fetched again: {}", damage.fault.getMessage());
            try {
                return download(order, damage.next.orElseThrow(() -> damage.fault), place, below);
            } catch (Damage again) {
                throw again.fault;
            }
        }
    }

    /** Content that is not what its digest says; {@code next} is worth asking for all of it. */
    private static final class Damage extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        final Fault fault;
        final transient Optional<ImageSource> next;

        Damage(Fault fault, Optional<ImageSource> next) {
            super(fault);
            this.fault = fault;
            this.next = next;
        }
    }

    private Unpacking download(LayerOrder order, ImageSource source, Place place, Supplier<List<Layer>> below)
            throws IOException, Damage {
        try (PartialBlob partial = blobs.partial(order.digest(), order.blob().sizeBytes())) {
            boolean resumed = partial.writtenBytes() > 0;
            downloads.put(order.digest(), partial);
            Unpacking unpacking = unpack(order, place, below, partial.follow());
            try {
                source.blob(order.digest(), partial);
                return unpacking;
            } catch (Throwable e) {
                // Wakes the reader up if it waits for more.
                partial.abandon();
                unpacking.stop();
                if (!(e instanceof Fault fault) || !partial.isDamaged()) throw e;
                // A mirror may lie where the registry does not; and the beginning may be somebody else's.
                throw new Damage(fault, source.origin().or(() -> resumed ? Optional.of(source) : Optional.empty()));
            } finally {
                downloads.remove(order.digest());
            }
        }
    }

    /** How far a layer is. */
    LayerProgress progress(LayerOrder order) {
        Digest blob = order.digest();
        long bytesMax = order.blob().sizeBytes();
        PartialBlob partial = downloads.get(blob);
        if (layers.find(order.name().chain()).isPresent()) {
            return new LayerProgress(blob, LayerProgress.Step.DONE, bytesMax, bytesMax);
        }
        if (partial != null) {
            return new LayerProgress(blob, LayerProgress.Step.FETCHING, partial.writtenBytes(), bytesMax);
        }
        if (blobs.has(blob)) return new LayerProgress(blob, LayerProgress.Step.UNPACKING, bytesMax, bytesMax);
        return new LayerProgress(blob, LayerProgress.Step.WAITING, 0, bytesMax);
    }

    private Unpacking unpack(LayerOrder order, Place place, Supplier<List<Layer>> below, InputStream packed) {
        return Unpacking.start(() -> {
            try (packed) {
                return layers.install(order.name(), packed, () -> {
                    // Whoever waits for others must not hold a place that they may need.
                    place.close();
                    return below.get();
                });
            } catch (IOException e) {
                throw ContentFaults.of("unpack the layer " + order.digest(), e);
            }
        });
    }
}
