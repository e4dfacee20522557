package io.davit.backend.oci.image;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.PullRequest;
import java.nio.file.Path;

/** A process for {@link RemovalSpec}: pulls an image, removes it, and is dead before anything else can happen. */
final class RemoveAndHalt {
    private RemoveAndHalt() {}

    /** @param args directory and the name of the image */
    public static void main(String[] args) {
        OciImages images = ImageStore.openPlain(Path.of(args[0]));
        Image image = images.pull(
                new PullRequest(ImageReference.parse(args[1]), new Credentials.Anonymous(), RuntimeHandler.DEFAULT));
        images.remove(image.id());
        Runtime.getRuntime().halt(0);
    }
}
