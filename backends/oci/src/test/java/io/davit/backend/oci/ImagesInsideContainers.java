package io.davit.backend.oci;

import io.davit.conformance.registry.LoopbackRegistry;
import io.davit.conformance.registry.PublishedImage;
import io.davit.core.domain.Image;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A test inside containers that are made of images. */
abstract class ImagesInsideContainers extends InsideContainers {
    private final LoopbackRegistry registry = LoopbackRegistry.start();

    @AfterEach
    void close_the_registry() {
        registry.close();
    }

    @Override
    TestEngine open(Path directory) {
        registry.publish("shell", "1", PublishedImage.busybox("shell", List.of("sh")));
        return TestEngine.withImage(directory, registry.host() + "/shell:1");
    }

    /** Another image than that of the containers. */
    Image other() {
        registry.publish("other", "1", PublishedImage.busybox("other", List.of("sh")));
        return engine.pull(registry.host() + "/other:1");
    }
}
