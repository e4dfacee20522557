package io.davit.backend.memory;

import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.spi.Images;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Removed;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Images of the {@link World}, pulled from its {@link Registry}. */
final class MemoryImages implements Images {
    private static final long INODES_PER_IMAGE = 100;

    private final World world;
    private final Clock clock;
    private final Path mountpoint;

    MemoryImages(World world, Clock clock, Path mountpoint) {
        this.world = world;
        this.clock = clock;
        this.mountpoint = mountpoint;
    }

    @Override
    public Image pull(PullRequest request) {
        Image pulled = world.registry().fetch(request.reference());
        synchronized (world) {
            world.images().values().stream()
                    .filter(image -> !image.id().equals(pulled.id()))
                    .filter(image -> image.repoTags().stream().anyMatch(pulled.repoTags()::contains))
                    .forEach(image -> world.put(without(image, pulled.repoTags())));
            Image before = world.images().getOrDefault(pulled.id(), pulled);
            Image after = withNames(
                    before,
                    union(before.repoTags(), pulled.repoTags()),
                    union(before.repoDigests(), pulled.repoDigests()));
            world.put(after);
            return after;
        }
    }

    @Override
    public List<Image> list() {
        return List.copyOf(world.images().values());
    }

    @Override
    public Removed remove(ImageId id) {
        return world.remove(id) ? Removed.NOW : Removed.ALREADY;
    }

    @Override
    public List<FilesystemUsage> imageFilesystems() {
        List<Image> images = list();
        long bytes = images.stream().mapToLong(Image::sizeBytes).sum();
        return List.of(new FilesystemUsage(clock.instant(), mountpoint, bytes, images.size() * INODES_PER_IMAGE));
    }

    @Override
    public List<FilesystemUsage> containerFilesystems() {
        return List.of(new FilesystemUsage(clock.instant(), mountpoint, 0, 0));
    }

    /** A tag names one image: whoever had it before loses it. */
    private static Image without(Image image, List<String> tags) {
        List<String> rest =
                image.repoTags().stream().filter(Predicate.not(tags::contains)).toList();
        return withNames(image, rest, image.repoDigests());
    }

    private static Image withNames(Image image, List<String> tags, List<String> digests) {
        return new Image(image.id(), tags, digests, image.sizeBytes(), image.config(), image.pinned());
    }

    private static List<String> union(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).distinct().toList();
    }
}
