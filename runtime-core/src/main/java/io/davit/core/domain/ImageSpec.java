package io.davit.core.domain;

import java.util.Map;

/**
 * An image as a client asks for it (cri-api ImageSpec), kept to be echoed.
 *
 * @param image a reference or an id
 * @param userSpecifiedImage what the pod's author wrote; may be empty
 */
public record ImageSpec(
        String image, Map<String, String> annotations, String userSpecifiedImage, RuntimeHandler runtimeHandler) {
    public ImageSpec {
        annotations = Map.copyOf(annotations);
    }

    public static ImageSpec of(String image) {
        return new ImageSpec(image, Map.of(), "", RuntimeHandler.DEFAULT);
    }
}
