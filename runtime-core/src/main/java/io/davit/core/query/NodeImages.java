package io.davit.core.query;

import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageSpec;
import io.davit.core.node.Backends;
import io.davit.core.node.ImageLookup;
import io.davit.core.node.Node;
import io.davit.core.spi.LayerProgress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The images of all backends together. */
public final class NodeImages {
    private final Node node;

    public NodeImages(Node node) {
        this.node = node;
    }

    /** Every image once, whichever backends have it. */
    public List<Image> list() {
        Map<ImageId, Image> byId = new LinkedHashMap<>();
        for (Backends.Named named : node.backends().all()) {
            named.backend().images().list().forEach(image -> byId.putIfAbsent(image.id(), image));
        }
        return List.copyOf(byId.values());
    }

    /**
     * The image that the words mean: in the store of the handler they name, in any store if they name none.
     *
     * @throws io.davit.core.domain.Fault InvalidRequest if it is not a name, or the handler is unknown
     */
    public Optional<Image> find(ImageSpec spec) {
        List<Image> images = spec.runtimeHandler().isDefault()
                ? list()
                : node.backends()
                        .forHandler(spec.runtimeHandler())
                        .backend()
                        .images()
                        .list();
        return ImageLookup.resolve(images, spec.image());
    }

    /** How far the pull of an image is that is under way; empty if there is none, or {@code spec} is an id. */
    public List<LayerProgress> progress(ImageSpec spec) {
        return ImageLookup.reference(spec.image())
                .map(reference -> node.backends()
                        .forHandler(spec.runtimeHandler())
                        .backend()
                        .images()
                        .progress(reference))
                .orElse(List.of());
    }

    /** What images use of each filesystem; the default backend's come first, as the kubelet looks at the first. */
    public List<FilesystemUsage> imageFilesystems() {
        return usages(named -> named.backend().images().imageFilesystems());
    }

    public List<FilesystemUsage> containerFilesystems() {
        return usages(named -> named.backend().images().containerFilesystems());
    }

    private List<FilesystemUsage> usages(Function<Backends.Named, List<FilesystemUsage>> of) {
        return node.backends().all().stream()
                .flatMap(named -> of.apply(named).stream())
                .toList();
    }
}
