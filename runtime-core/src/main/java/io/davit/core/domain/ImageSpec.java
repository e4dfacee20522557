package io.davit.core.domain;

import java.util.Map;

/**
 * An image as a client asks for it (cri-api ImageSpec), kept to be echoed.
 *
 * @param image a reference or an id
 * @param userSpecifiedImage what the pod's author wrote; may be empty
 * @param reference what {@code image_ref} shows for the image of a mount; may be empty
 */
public record ImageSpec(
        String image,
        Map<String, String> annotations,
        String userSpecifiedImage,
        RuntimeHandler runtimeHandler,
        String reference) {
    public ImageSpec {
        annotations = Map.copyOf(annotations);
    }

    /** The same with another {@code reference}. */
    public ImageSpec called(String newReference) {
        return new ImageSpec(image, annotations, userSpecifiedImage, runtimeHandler, newReference);
    }

    public static ImageSpec of(String image) {
        return new ImageSpec(image, Map.of(), "", RuntimeHandler.DEFAULT, "");
    }
}
