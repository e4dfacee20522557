package io.davit.core.operation;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.observe.Meter;
import io.davit.core.spi.Images;
import io.davit.core.spi.Removed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Removes an image with all its names. */
public final class RemoveImage {
    private final Node node;
    private final Meter meter;

    public RemoveImage(Node node, Meter meter) {
        this.node = node;
        this.meter = meter;
    }

    /**
     * Idempotent (cri-api, RemoveImage): an image that is not there has been removed. Without a handler it goes from all
     * stores, as the list of images shows those of all.
     *
     * @throws Fault of kind InvalidRequest if the name is none
     */
    public void run(ImageSpec image) {
        RuntimeHandler handler = image.runtimeHandler();
        List<Backends.Named> stores = handler.isDefault()
                ? node.backends().all()
                : List.of(node.backends().forHandler(handler));
        List<Fault> failures = new ArrayList<>();
        for (Backends.Named store : stores) {
            try {
                remove(image, store);
            } catch (Fault e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) throw failures.getFirst();
    }

    private void remove(ImageSpec image, Backends.Named store) {
        Images images = store.backend().images();
        Optional<Image> found = node.names().resolve(images.list(), image.image());
        if (found.isPresent() && images.remove(found.get().id()) == Removed.NOW) meter.imageRemoved(store.name());
    }
}
