package io.davit.backend.oci.image;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.PullRequest;
import java.nio.file.Path;

/** A process for {@link KillSpec} to kill: pulls images and removes some of them, for ever. */
final class PullAndKill {
    private PullAndKill() {}

    /** @param args directory, then the names of images */
    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        OciImages images = ImageStore.openPlain(directory);
        System.out.println("open");
        for (int round = 1; ; round++) {
            String name = args[1 + round % (args.length - 1)];
            Image image = images.pull(
                    new PullRequest(ImageReference.parse(name), new Credentials.Anonymous(), RuntimeHandler.DEFAULT));
            System.out.println("pulled " + name);
            if (round % 3 == 0) images.remove(image.id());
        }
    }
}
