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
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked layers, one numbered directory each ({@code 17/layer.json}, {@code 17/diff}): short names, because the names
 * of all of an image's layers must fit into one page of mount options. A directory with a number is whole; anything else
 * is of a crash and deleted. Thread-safe.
 */
public final class LayerStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);
    private static final String RECORD = "layer.json";
    private static final String DIFF = "diff";
    private static final String UNFINISHED = "unfinished-";
    private static final String TRASH = "trash-";

    private final Path directory;
    private final LayerLimits limits;
    private final String bootId;
    private final Holds holds = new Holds();

    /** Guards the fields below, and that no layer goes while it is being taken into use. */
    private final Object lock = new Object();

    private final Map<Digest, Layer> layers = new HashMap<>();
    private long lastNumber;

    private final LayerSync sync;

    private LayerStore(Path directory, LayerLimits limits, String bootId) {
        this.directory = directory;
        this.limits = limits;
        this.bootId = bootId;
        this.sync = new LayerSync(directory);
    }

    /** Opens the store in {@code directory}, making it if needed, and deletes what a crash has left half-made. */
    public static LayerStore open(Path directory, LayerLimits limits, String bootId) {
        LayerStore store = new LayerStore(directory, limits, bootId);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Files.createDirectories(directory))) {
            for (Path entry : entries) {
                store.load(entry);
            }
            return store;
        } catch (IOException e) {
            throw ContentFaults.of("open the layers in " + directory, e);
        }
    }

    private void load(Path entry) {
        String name = entry.getFileName().toString();
        if (!name.chars().allMatch(Character::isDigit)) {
            delete(entry);
            return;
        }
        lastNumber = Math.max(lastNumber, Long.parseLong(name));
        try {
            Layer layer = LayerRecord.read(entry.resolve(RECORD), bootId).toLayer(entry.resolve(DIFF));
            if (layers.putIfAbsent(layer.chain(), layer) != null) delete(entry);
            else if (!LayerRecord.isDurable(entry)) sync.written(entry);
        } catch (Fault e) {
            LOG.warn("layer {} is given up and will be fetched again when needed: {}", entry, e.getMessage());
            delete(entry);
        }
    }

    /** Below it are all layers. */
    Path directory() {
        return directory;
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
        Path work = directory.resolve(UNFINISHED + name.chain().hex());
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

    private Layer commit(LayerName name, Path work, UnpackedLayer unpacked) throws IOException {
        RecordFile.write(work.resolve(RECORD), LayerRecord.of(name, unpacked, bootId));
        synchronized (lock) {
            Path home = directory.resolve(Long.toString(++lastNumber));
            Files.move(work, home, StandardCopyOption.ATOMIC_MOVE);
            Layer layer = new Layer(name.chain(), name.diff(), name.parent(), home.resolve(DIFF), unpacked);
            layers.put(name.chain(), layer);
            sync.written(home);
            return layer;
        }
    }

    /** Takes back one hold of {@code chains} and deletes those of them that nobody holds any more. */
    public void release(Collection<Digest> chains) {
        holds.release(chains);
        deleteUnheld(chains);
    }

    /** Deletes layers older than that which nobody holds. Whoever holds a layer holds those below it too. */
    public void sweep(Instant before) {
        deleteUnheld(all().stream()
                .filter(layer -> isOlder(layer, before))
                .map(Layer::chain)
                .toList());
    }

    // Its record is written last, and never again.
    private static boolean isOlder(Layer layer, Instant before) {
        try {
            Path record = layer.directory().resolveSibling(RECORD);
            return Files.getLastModifiedTime(record).toInstant().isBefore(before);
        } catch (IOException _) {
            return false; // gone meanwhile
        }
    }

    private void deleteUnheld(Collection<Digest> chains) {
        List<Path> trash = new ArrayList<>();
        synchronized (lock) {
            for (Digest chain : chains) {
                if (holds.isHeld(chain)) continue;
                Layer layer = layers.remove(chain);
                if (layer != null) trash.add(toTrash(layer));
            }
        }
        trash.forEach(this::delete);
    }

    // A rename is quick and cannot stop half-way, as a deletion can.
    private Path toTrash(Layer layer) {
        Path home = layer.directory().resolveSibling("").normalize();
        Path trash = directory.resolve(TRASH + home.getFileName());
        try {
            Files.move(home, trash, StandardCopyOption.ATOMIC_MOVE);
            return trash;
        } catch (IOException e) {
            throw ContentFaults.of("remove the layer " + layer.diff(), e);
        }
    }

    private void delete(Path tree) {
        try (Directory parent = Directory.open(directory)) {
            TreeRemoval.remove(parent, RawPath.of(tree.getFileName()));
        }
    }

    /** All layers; their order means nothing. */
    public List<Layer> all() {
        synchronized (lock) {
            return List.copyOf(layers.values());
        }
    }

    @Override
    public void close() {
        sync.close();
    }
}
