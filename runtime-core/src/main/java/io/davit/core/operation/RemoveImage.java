package io.davit.core.operation;

import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageSpec;
import io.davit.core.node.ImageLookup;
import io.davit.core.node.Node;
import io.davit.core.spi.Images;

/** Removes an image with all its names. */
public final class RemoveImage {
    private final Node node;

    public RemoveImage(Node node) {
        this.node = node;
    }

    /**
     * Idempotent (cri-api, RemoveImage): an image that is not there has been removed.
     *
     * @throws Fault of kind InvalidRequest if the name is none
     */
    public void run(ImageSpec image) {
        Images images =
                node.backends().forHandler(image.runtimeHandler()).backend().images();
        ImageLookup.resolve(images.list(), image.image()).ifPresent(found -> images.remove(found.id()));
    }
}
