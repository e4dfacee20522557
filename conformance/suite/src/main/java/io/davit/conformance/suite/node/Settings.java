package io.davit.conformance.suite.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the suite is told about the server.
 *
 * @param runtimeSocket of the RuntimeService
 * @param imageSocket of the ImageService
 * @param handler of all pods; "" for the server's default
 * @param images those that are not the default ones
 * @param restartCommand for a shell; returns when the server has been restarted
 * @param work a directory on the server's host for logs and mounts
 * @param deadline of a call
 */
public record Settings(
        Path runtimeSocket,
        Path imageSocket,
        String handler,
        Map<TestImage, String> images,
        Optional<String> restartCommand,
        Path work,
        Duration deadline) {
    public Settings {
        images = Map.copyOf(images);
    }

    public String reference(TestImage image) {
        return images.getOrDefault(image, image.defaultReference());
    }
}
