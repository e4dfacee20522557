package io.davit.backend.oci.image;

import io.davit.core.domain.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The layers of images that are being pulled, for whoever watches. Thread-safe. */
final class PullsUnderWay {
    private final Map<ImageReference, List<LayerOrder>> layers = new ConcurrentHashMap<>();

    void begin(ImageReference image, List<LayerOrder> orders) {
        layers.put(image, List.copyOf(orders));
    }

    void end(ImageReference image) {
        layers.remove(image);
    }

    /** Lowest first; empty if there is no such pull, or its layers are not known yet. */
    List<LayerOrder> layersOf(ImageReference image) {
        return layers.getOrDefault(image, List.of());
    }

    /** Of all pulls, each layer once for each image that wants it. */
    List<LayerOrder> all() {
        return layers.values().stream().flatMap(List::stream).toList();
    }
}
