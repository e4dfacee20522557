package io.davit.backend.oci.layers;

import io.davit.backend.oci.content.ContentFaults;
import io.davit.backend.oci.content.Holds;
import io.davit.backend.oci.content.RecordFile;
import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked layers, one numbered directory each ({@code 17/layer.json}, {@code 17/diff}): short names, because the names
 * of all of an image's layers must fit into one page of mount options. A directory with a number is whole; anything else
 * is to be deleted, which {@link Trash} does. Thread-safe.
 */
public final class LayerStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);
    private static final String DIFF = "diff";

    private final LayerLimits limits;
    private final String bootId;
    private final Holds holds = new Holds();

    /** Guards the fields below, and that no layer goes while it is being taken into use. */
    private final Object lock = new Object();

    private final Map<Digest, Layer> layers = new HashMap<>();
    private final LayerPlaces places;

    private final LayerSync sync;
    private final Trash trash = new Trash(this::delete);
    private final LongAdder installed = new LongAdder();

    private LayerStore(Path directory, LayerLimits limits, String bootId) {
        this.places = new LayerPlaces(directory);
        this.limits = limits;
        this.bootId = bootId;
        this.sync = new LayerSync(directory);
    }

    /** Opens the store in {@code directory}, making it if needed, and begins to delete what a crash has left. */
    public static LayerStore open(Path directory, LayerLimits limits, String bootId) {
        LayerStore store = new LayerStore(directory, limits, bootId);
        try {
            store.places.entries().forEach(store::load);
            return store;
        } catch (IOException e) {
            throw ContentFaults.of("open the layers in " + directory, e);
        }
    }

    private void load(Path entry) {
        if (!LayerPlaces.isLayer(entry)) {
            discard(entry);
            return;
        }
        try {
            Layer layer =
                    LayerRecord.read(entry.resolve(LayerRecord.FILE), bootId).toLayer(entry.resolve(DIFF));
            if (layers.putIfAbsent(layer.chain(), layer) != null) discard(entry);
            else if (!LayerRecord.isDurable(entry)) sync.written(entry);
        } catch (Fault e) {
            LOG.warn("layer {} is given up and will be fetched again when needed: {}", entry, e.getMessage());
            discard(entry);
        }
    }

    // Under another name: a pull may unpack the same layer again before this one is gone.
    private void discard(Path entry) {
        trash.add(LayerRecord.inTrash(LayerPlaces.isTrash(entry) ? entry : places.toTrash(entry)));
    }

    /** Below it are all layers. */
    Path directory() {
        return places.directory();
    }

    /** Keeps these layers, here or still to come, until {@link #release} or {@link #letGo}. */
    public void hold(Collection<Digest> chains) {
        synchronized (lock) {
            holds.hold(chains);
        }
    }

    /** Takes back one hold; what nobody holds any more stays until the next sweep. */
    public void letGo(Collection<Digest> chains) {
        holds.release(chains);
    }

    public Optional<Layer> find(Digest chain) {
        synchronized (lock) {
            return Optional.ofNullable(layers.get(chain));
        }
    }

    /** The layer and all below it, topmost first; empty if one of them is missing. */
    public Optional<List<Layer>> stack(Digest top) {
        synchronized (lock) {
            List<Layer> found = new ArrayList<>();
            for (Optional<Digest> next = Optional.of(top);
                    next.isPresent();
                    next = found.getLast().parent()) {
                Layer layer = layers.get(next.get());
                if (layer == null) return Optional.empty();
                found.add(layer);
            }
            return Optional.of(found);
        }
    }

    /** Holds all of {@code chains} if they are here; returns false, and holds none, if one is missing. */
    public boolean holdAll(Collection<Digest> chains) {
        synchronized (lock) {
            if (!layers.keySet().containsAll(chains)) return false;
            holds.hold(chains);
            return true;
        }
    }

    /**
     * Unpacks a layer. To be called on a platform thread: it computes for long stretches.
     *
     * @param packed the archive, compressed or not; read to its end
     * @param below waits for the layers below, topmost first
     * @throws Fault Failed if the content is not what {@code name} says or cannot be unpacked; nothing is left then
     */
    public Layer install(LayerName name, InputStream packed, Supplier<List<Layer>> below) {
        Path work = places.unfinished(name);
        try {
            Files.createDirectories(work.resolve(DIFF));
            UnpackedLayer unpacked = new LayerInstallation(name, work.resolve(DIFF), limits).run(packed, below);
            return commit(name, work, unpacked);
        } catch (IOException e) {
            delete(work);
            if (Thread.currentThread().isInterrupted()) {
                throw new Fault(new Fault.Kind.Cancelled("unpacking the layer " + name.diff()), e);
            }
            throw ContentFaults.of("unpack the layer " + name.diff(), e);
        } catch (Fault e) {
            delete(work);
            throw e;
        }
    }

    private Layer commit(LayerName name, Path work, UnpackedLayer result) throws IOException {
        RecordFile.write(work.resolve(LayerRecord.FILE), LayerRecord.of(name, result, bootId));
        synchronized (lock) {
            Path home = places.settle(work);
            Layer layer = new Layer(name.chain(), name.diff(), name.parent(), home.resolve(DIFF), result);
            layers.put(name.chain(), layer);
            installed.increment();
            sync.written(home);
            return layer;
        }
    }

    /**
     * Takes back one hold of {@code chains}; those of them that nobody holds any more are gone when this returns, and
     * their files soon after.
     */
    public void release(Collection<Digest> chains) {
        holds.release(chains);
        deleteUnheld(chains);
    }

    /** Deletes layers older than that which nobody holds. Whoever holds a layer holds those below it too. */
    public void sweep(Instant before) {
        trash.retry();
        deleteUnheld(all().stream()
                .filter(layer -> isOlder(layer, before))
                .map(Layer::chain)
                .toList());
    }

    // Its record is written last, and never again.
    private static boolean isOlder(Layer layer, Instant before) {
        try {
            Path record = layer.directory().resolveSibling(LayerRecord.FILE);
            return Files.getLastModifiedTime(record).toInstant().isBefore(before);
        } catch (IOException _) {
            return false; // gone meanwhile
        }
    }

    private void deleteUnheld(Collection<Digest> chains) {
        synchronized (lock) {
            for (Digest chain : chains) {
                Layer layer = layers.get(chain);
                if (layer == null || holds.isHeld(chain)) continue;
                Path old = places.toTrash(layer.directory().resolveSibling("").normalize());
                layers.remove(chain);
                UnpackedLayer was = layer.unpacked();
                trash.add(new Trash.Tree(old, was.allocatedBytes(), was.inodes()));
            }
        }
    }

    private void delete(Path tree) {
        delete(tree, () -> false);
    }

    private void delete(Path tree, BooleanSupplier stop) {
        try (Directory parent = Directory.open(places.directory())) {
            TreeRemoval.remove(parent, RawPath.of(tree.getFileName()), stop);
        }
    }

    /** Waits until what was removed so far has left the disk; returns whether it had within the limit. */
    public boolean awaitDeletions(Duration limit) {
        return trash.await(limit);
    }

    /** What all layers take on disk, with those that are being deleted. */
    public Usage usage() {
        long bytes = 0;
        long inodes = 0;
        for (Layer layer : all()) {
            bytes += layer.unpacked().allocatedBytes();
            inodes += layer.unpacked().inodes();
        }
        long trashBytes = 0;
        for (Trash.Tree tree : trash.content()) {
            trashBytes += tree.bytes();
            inodes += tree.inodes();
        }
        return new Usage(bytes + trashBytes, inodes, trashBytes);
    }

    /** @param trashBytes the part of {@code bytes} that is being deleted */
    public record Usage(long bytes, long inodes, long trashBytes) {}

    /** Layers unpacked since the store was opened. */
    public long installed() {
        return installed.sum();
    }

    /** Layers deleted since the store was opened. */
    public long deleted() {
        return trash.deleted();
    }

    /** All layers; their order means nothing. */
    public List<Layer> all() {
        synchronized (lock) {
            return List.copyOf(layers.values());
        }
    }

    @Override
    public void close() {
        trash.close();
        sync.close();
    }
}
