package io.davit.backend.oci.image;

import io.davit.backend.oci.content.BlobStore;
import io.davit.backend.oci.content.ContentFaults;
import io.davit.backend.oci.content.RecordFile;
import io.davit.backend.oci.layers.ImageLayers;
import io.davit.backend.oci.layers.LayerStore;
import io.davit.backend.oci.syscall.Directory;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import io.davit.core.spi.Removed;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All images: records on disk, and an immutable view in memory that readers take without a lock. Changes are on disk
 * before they are seen. Each image holds its layers and blobs. Thread-safe.
 */
final class ImageIndex implements ImageLayers {
    private static final Logger LOG = LoggerFactory.getLogger(ImageIndex.class);

    private final Path directory;
    private final LayerStore layers;
    private final BlobStore blobs;

    /** Serialises changes. */
    private final Object lock = new Object();

    private long generation;
    private volatile View view = new View(Map.of(), List.of());

    /** @param images in the order in which they were first pulled or changed last */
    private record View(Map<ImageId, ImageRecord> records, List<Image> images) {
        static View of(Map<ImageId, ImageRecord> records) {
            List<Image> images =
                    records.values().stream().map(ImageRecord::toImage).toList();
            return new View(new LinkedHashMap<>(records), images);
        }
    }

    private ImageIndex(Path directory, LayerStore layers, BlobStore blobs) {
        this.directory = directory;
        this.layers = layers;
        this.blobs = blobs;
    }

    /**
     * Reads all records. What is damaged or not complete is forgotten: it can be pulled again, and half an image must
     * not be shown.
     */
    static ImageIndex open(Path directory, LayerStore layers, BlobStore blobs) {
        ImageIndex index = new ImageIndex(directory, layers, blobs);
        List<ImageRecord> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Files.createDirectories(directory))) {
            for (Path file : files) {
                index.load(file).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw ContentFaults.of("open the images in " + directory, e);
        }
        index.adopt(found);
        return index;
    }

    private Optional<ImageRecord> load(Path file) throws IOException {
        if (RecordFile.isUnfinished(file)) {
            Files.delete(file);
            return Optional.empty();
        }
        try {
            ImageRecord image = ImageRecord.read(file);
            if (layers.holdAll(image.chainDigests())) {
                blobs.hold(image.blobDigests());
                return Optional.of(image);
            }
            LOG.warn("image {} {} lacks layers and is forgotten; pull it again", image.id(), image.tags());
        } catch (Fault e) {
            LOG.warn("an image is forgotten; pull it again: {}", e.getMessage());
        }
        Files.delete(file);
        return Optional.empty();
    }

    private void adopt(List<ImageRecord> found) {
        found.sort(Comparator.comparingLong(ImageRecord::generation).reversed());
        Set<String> taken = new HashSet<>();
        List<ImageRecord> settled = new ArrayList<>();
        for (ImageRecord image : found) {
            List<String> tags = image.tags().stream().filter(taken::add).toList();
            settled.add(tags.size() == image.tags().size() ? image : image.named(tags, image.digests()));
            generation = Math.max(generation, image.generation());
        }
        Map<ImageId, ImageRecord> records = new LinkedHashMap<>();
        settled.reversed().forEach(image -> records.put(image.imageId(), image));
        view = View.of(records);
    }

    List<Image> images() {
        return view.images;
    }

    Optional<ImageRecord> find(ImageId id) {
        return Optional.ofNullable(view.records.get(id));
    }

    /** By tag, or by digest where the name has one. */
    Optional<ImageRecord> find(ImageReference name) {
        Optional<String> digest = name.digest().map(name::repoDigest);
        return view.records.values().stream()
                .filter(image -> digest.map(image.digests()::contains)
                        .orElseGet(() ->
                                name.repoTag().filter(image.tags()::contains).isPresent()))
                .findFirst();
    }

    @Override
    public Optional<List<Digest>> chains(ImageId image) {
        return find(image).map(ImageRecord::chainDigests);
    }

    /**
     * Makes an image visible, or adds names to it; takes its tags from whichever image had them. Its layers and blobs
     * must be held by the caller meanwhile.
     */
    Image put(ImageRecord pulled) {
        synchronized (lock) {
            Map<ImageId, ImageRecord> next = new LinkedHashMap<>(view.records);
            ImageRecord known = next.get(pulled.imageId());
            ImageRecord image = known == null ? pulled : known.joined(pulled);
            if (image.equals(known)) return image.toImage();
            image = image.withGeneration(++generation);
            write(image);
            next.put(image.imageId(), image);
            // After the new owner's record: a crash in between leaves two claims, and the younger one counts.
            List<ImageRecord> losers = losers(next, image);
            losers.forEach(this::write);
            losers.forEach(loser -> next.put(loser.imageId(), loser));
            layers.hold(image.chainDigests());
            blobs.hold(image.blobDigests());
            view = View.of(next);
            if (known != null) letGo(known);
            return image.toImage();
        }
    }

    private static List<ImageRecord> losers(Map<ImageId, ImageRecord> records, ImageRecord winner) {
        List<ImageRecord> losers = new ArrayList<>();
        for (ImageRecord other : records.values()) {
            if (other.id().equals(winner.id())) continue;
            ImageRecord left = other;
            for (String tag : winner.tags()) {
                if (left.tags().contains(tag)) left = left.without(tag);
            }
            if (!left.equals(other)) losers.add(left);
        }
        return losers;
    }

    /** Forgets an image and all its names. When this returns nobody sees it; content goes unless somebody holds it. */
    Removed remove(ImageId id) {
        ImageRecord image;
        synchronized (lock) {
            Map<ImageId, ImageRecord> next = new LinkedHashMap<>(view.records);
            image = next.remove(id);
            if (image == null) return Removed.ALREADY;
            forget(image);
            view = View.of(next);
        }
        letGo(image);
        return Removed.NOW;
    }

    // Synced, as no other change is: a kubelet that was told of a removal must not meet the image again after a power
    // cut, half of it deleted.
    private void forget(ImageRecord image) {
        try (Directory records = Directory.open(directory)) {
            Files.deleteIfExists(file(image));
            records.sync();
        } catch (IOException e) {
            throw ContentFaults.of("remove the record of image " + image.id(), e);
        }
    }

    private void letGo(ImageRecord image) {
        layers.release(image.chainDigests());
        blobs.release(image.blobDigests());
    }

    private void write(ImageRecord image) {
        RecordFile.write(file(image), image);
    }

    private Path file(ImageRecord image) {
        return directory.resolve(image.imageId().digest().hex() + ".json");
    }
}
