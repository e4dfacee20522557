package io.davit.backend.docker.image;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.HostFiles;
import io.davit.backend.docker.sandbox.HolderImage;
import io.davit.backend.docker.usage.WritableLayers;
import io.davit.core.domain.Fault;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageConfig;
import io.davit.core.domain.ImageId;
import io.davit.core.spi.Images;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Removed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The daemon's images, as they were at the last look: after each change of ours, and after each event. */
public final class DockerImages implements Images {
    private final Daemon daemon;
    private final Duration pullStall;
    private final Path forgotten;
    private final Path root;
    private final WritableLayers layers;
    private final Clock clock;
    private final Map<ImageId, Image> images = new ConcurrentHashMap<>();
    /** Of looks at the daemon, so that an older one does not overwrite a newer. */
    private final ReentrantLock looking = new ReentrantLock();

    /**
     * @param forgotten directory that names images which were removed while containers used them
     * @param root of Docker's data
     */
    public DockerImages(
            Daemon daemon, Duration pullStall, Path forgotten, Path root, WritableLayers layers, Clock clock) {
        this.daemon = daemon;
        this.pullStall = pullStall;
        this.forgotten = forgotten;
        this.root = root;
        this.layers = layers;
        this.clock = clock;
        HostFiles.makeDirectory(forgotten);
    }

    @Override
    public Image pull(PullRequest request) {
        new ImagePull(daemon, request, pullStall).run();
        String name = request.reference().digest().isPresent()
                ? request.reference().name() + "@"
                        + request.reference().digest().get()
                : request.reference().toString();
        looking.lock();
        try {
            Image image = inspect(name)
                    .orElseThrow(() -> Fault.failed("pull " + name, "Docker does not have it after its pull"));
            HostFiles.delete(mark(image.id()));
            images.put(image.id(), image);
            // The tag may have been another image's before.
            refresh();
            return Optional.ofNullable(images.get(image.id())).orElse(image);
        } finally {
            looking.unlock();
        }
    }

    @Override
    public List<Image> list() {
        return List.copyOf(images.values());
    }

    /** Looks at all images; only those are inspected whose names or id are new. */
    public void refresh() {
        looking.lock();
        try {
            Set<ImageId> present = new HashSet<>();
            for (var listed :
                    daemon.look("list images", client -> client.listImagesCmd().exec())) {
                ImageId id = ImageId.parse(listed.getId());
                List<String> tags = ImageNames.tags(listOf(listed.getRepoTags()));
                List<String> digests = ImageNames.digests(listOf(listed.getRepoDigests()));
                Image known = images.get(id);
                boolean same = known != null
                        && known.repoTags().equals(tags)
                        && known.repoDigests().equals(digests);
                Optional<Image> image = same ? Optional.ofNullable(known) : inspect(listed.getId());
                if (image.isEmpty() || hidden(image.get())) continue;
                images.put(id, image.get());
                present.add(id);
            }
            images.keySet().retainAll(present);
        } finally {
            looking.unlock();
        }
    }

    private static List<String> listOf(String @Nullable [] names) {
        return names == null ? List.of() : List.of(names);
    }

    // Our own, and those that a client has removed: containers keep them, and they have no name any more.
    private boolean hidden(Image image) {
        boolean own = !image.repoTags().isEmpty()
                && image.repoTags().stream().allMatch(tag -> tag.contains("/" + HolderImage.REPOSITORY + ":"));
        boolean removed = image.repoTags().isEmpty()
                && image.repoDigests().isEmpty()
                && HostFiles.names(forgotten).contains(image.id().digest().hex());
        return own || removed;
    }

    private Optional<Image> inspect(String name) {
        return daemon.look("inspect image " + name, client -> {
            try {
                return Optional.of(image(client.inspectImageCmd(name).exec()));
            } catch (NotFoundException _) {
                return Optional.empty();
            }
        });
    }

    private static Image image(InspectImageResponse seen) {
        Long size = seen.getSize();
        return new Image(
                ImageId.parse(text(seen.getId())),
                ImageNames.tags(seen.getRepoTags()),
                ImageNames.digests(seen.getRepoDigests()),
                Math.max(1, size == null ? 0 : size),
                config(seen.getConfig(), stopSignal(seen)),
                false);
    }

    // Since API 1.52 empty fields are left out.
    private static ImageConfig config(@Nullable ContainerConfig config, String stopSignal) {
        if (config == null) return ImageConfig.EMPTY;
        Map<String, String> labels = config.getLabels();
        Map<String, ?> volumes = config.getVolumes();
        return new ImageConfig(
                listOf(config.getEntrypoint()),
                listOf(config.getCmd()),
                listOf(config.getEnv()),
                text(config.getWorkingDir()),
                text(config.getUser()),
                stopSignal,
                volumes == null ? List.of() : List.copyOf(volumes.keySet()),
                labels == null ? Map.of() : labels);
    }

    // docker-java's model has no such field, and keeps what it does not know on the outermost object only.
    private static String stopSignal(InspectImageResponse seen) {
        return seen.getRawValues().get("Config") instanceof Map<?, ?> config
                        && config.get("StopSignal") instanceof String signal
                ? signal
                : "";
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public Removed remove(ImageId id) {
        looking.lock();
        try {
            Optional<Image> image = inspect(id.toString()).filter(found -> !hidden(found));
            if (image.isEmpty()) {
                images.remove(id);
                return Removed.ALREADY;
            }
            // Marked first: a crash after it leaves nothing that a list would show again.
            HostFiles.mark(mark(id));
            if (delete(id.toString())) HostFiles.delete(mark(id));
            else untag(image.get());
            refresh();
            return Removed.NOW;
        } finally {
            looking.unlock();
        }
    }

    /** @return false if a container uses it */
    private boolean delete(String name) {
        return daemon.change("remove image " + name, client -> {
            try {
                client.removeImageCmd(name).withForce(true).exec();
                return true;
            } catch (NotFoundException _) {
                return true;
            } catch (ConflictException _) {
                return false;
            }
        });
    }

    private void untag(Image image) {
        image.repoTags().forEach(this::delete);
        image.repoDigests().forEach(this::delete);
    }

    private Path mark(ImageId id) {
        return forgotten.resolve(id.digest().hex());
    }

    /** A container is gone: images that only it used can follow. */
    public void removeForgotten() {
        for (String hex : HostFiles.names(forgotten)) {
            if (delete("sha256:" + hex)) HostFiles.delete(forgotten.resolve(hex));
        }
    }

    /** The sizes as Docker tells them, with layers that several images share counted for each of them. */
    @Override
    public List<FilesystemUsage> imageFilesystems() {
        long bytes = images.values().stream().mapToLong(Image::sizeBytes).sum();
        return List.of(new FilesystemUsage(clock.instant(), root, bytes, 0));
    }

    @Override
    public List<FilesystemUsage> containerFilesystems() {
        return List.of(layers.all());
    }
}
