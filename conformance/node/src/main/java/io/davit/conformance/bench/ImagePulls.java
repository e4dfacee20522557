package io.davit.conformance.bench;

import io.davit.conformance.client.CriClient;
import io.davit.conformance.client.Requests;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveImageRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Pulls an image and removes it, again and again, and prints what each took. Arguments: socket, image, an image to warm
 * up with, how often.
 */
public final class ImagePulls {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private ImagePulls() {}

    public static void main(String[] arguments) {
        ImageSpec image = Requests.image(arguments[1]);
        Latencies latencies = new Latencies();
        try (CriClient client = CriClient.connect(Path.of(arguments[0]), DEADLINE)) {
            pull(client, Requests.image(arguments[2]));
            var _ = sync();
            for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                latencies.time("PullImage", () -> pull(client, image));
                // What the server has left for the kernel to write; without it the next step would wait for that.
                latencies.time("sync after it", ImagePulls::sync);
                latencies.time("RemoveImage", () -> remove(client, image));
            }
        }
        latencies.lines().forEach(System.out::println);
    }

    private static String pull(CriClient client, ImageSpec image) {
        PullImageRequest request = PullImageRequest.newBuilder().setImage(image).build();
        return client.images().pullImage(request).getImageRef();
    }

    private static int sync() {
        try {
            return new ProcessBuilder("sync").start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("sync(1) did not run", e);
        }
    }

    private static boolean remove(CriClient client, ImageSpec image) {
        var _ = client.images()
                .removeImage(RemoveImageRequest.newBuilder().setImage(image).build());
        return true;
    }
}
