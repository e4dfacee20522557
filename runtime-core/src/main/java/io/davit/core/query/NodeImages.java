package io.davit.core.query;

import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageSpec;
import io.davit.core.node.Backends;
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
            in(named).forEach(image -> byId.putIfAbsent(image.id(), image));
        }
        return List.copyOf(byId.values());
    }

    /**
     * What the list shows of {@code spec}: the image it means in the store of the handler it names, in any store if it
     * names none.
     *
     * @throws io.davit.core.domain.Fault InvalidRequest if it is not a name, or the handler is unknown
     */
    public Optional<Image> listed(ImageSpec spec) {
        List<Image> images =
                spec.runtimeHandler().isDefault() ? list() : in(node.backends().forHandler(spec.runtimeHandler()));
        return node.names().resolve(images, spec.image());
    }

    /**
     * Whether the image is here for those who want to use it: in every store that a pull in the same words brings it to.
     * One that lies in another store would be called present and could not be used, so only its id finds it.
     *
     * @throws io.davit.core.domain.Fault as {@link #listed}
     */
    public Optional<Image> find(ImageSpec spec) {
        Optional<Image> first = Optional.empty();
        for (Backends.Named store :
                node.backends().forImages(spec.runtimeHandler()).reversed()) {
            first = node.names().resolve(in(store), spec.image());
            if (first.isEmpty()) return listed(spec).filter(image -> isId(image, spec.image()));
        }
        return first;
    }

    private static boolean isId(Image image, String text) {
        return image.id().toString().equals(text) || image.id().digest().hex().equals(text);
    }

    private static List<Image> in(Backends.Named store) {
        return store.backend().images().list();
    }

    /** How far the pull of an image is that is under way; empty if there is none, or {@code spec} is an id. */
    public List<LayerProgress> progress(ImageSpec spec) {
        List<Backends.Named> stores = node.backends().forImages(spec.runtimeHandler());
        return node.names().references(spec.image()).stream()
                .flatMap(reference ->
                        stores.stream().map(store -> store.backend().images().progress(reference)))
                .filter(layers -> !layers.isEmpty())
                .findFirst()
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
