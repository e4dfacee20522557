package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.MemoryProvider;
import io.davit.backend.memory.MemorySettings;
import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.client.CriClient;
import io.davit.core.boot.ConfigFile;
import io.davit.core.boot.CriServer;
import io.davit.core.boot.RunningServer;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendInfo;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.Containers;
import io.davit.core.spi.Finding;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.Images;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Streams;
import io.davit.cri.v1.Image;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.ImageStatusRequest;
import io.davit.cri.v1.ListImagesRequest;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveImageRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images on a node with two backends, each with a store of its own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ImageStoresSpec {
    private static final String NAME = "registry.example/web:1";
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    Path root;

    /** The backend memory a second time, under another name and for another handler. */
    private record Other(MemoryProvider memory) implements BackendProvider {
        @Override
        public String name() {
            return "other";
        }

        @Override
        public Class<MemorySettings> settings() {
            return memory.settings();
        }

        @Override
        public Backend open(Record settings, List<HandlerSettings> handlers, HostServices host) {
            return new Renamed(memory.open(settings, handlers, host));
        }

        @Override
        public List<Finding> diagnose(Record settings, HostServices host) {
            return memory.diagnose(settings, host);
        }
    }

    private record Renamed(Backend backend) implements Backend {
        @Override
        public BackendInfo info() {
            BackendInfo own = backend.info();
            return new BackendInfo(
                    "other",
                    own.version(),
                    own.handlers(),
                    own.cgroupDriver(),
                    own.features(),
                    own.needsPodNetwork(),
                    own.trouble());
        }

        @Override
        public Sandboxes sandboxes() {
            return backend.sandboxes();
        }

        @Override
        public Containers containers() {
            return backend.containers();
        }

        @Override
        public Images images() {
            return backend.images();
        }

        @Override
        public Streams streams() {
            return backend.streams();
        }

        @Override
        public Observer observer() {
            return backend.observer();
        }

        @Override
        public void close() {
            backend.close();
        }
    }

    /** What is done with the node. */
    private interface Use {
        void of(CriClient client);
    }

    private void withNode(String settings, Use use) {
        String text = """
                [server]
                socket = "%s"
                root = "%s"
                state = "%s"
                backends = ["memory", "other"]
                [handlers.plain]
                backend = "memory"
                [handlers.other]
                backend = "other"
                %s
                """.formatted(root.resolve("cri.sock"), root.resolve("kept"), root.resolve("passing"), settings);
        List<BackendProvider> providers = List.of(
                new MemoryProvider(new World(), new Script()),
                new Other(new MemoryProvider(new World(), new Script())));
        try (RunningServer _ = CriServer.start(new ConfigFile(providers).parse("test", text), providers);
                CriClient client = CriClient.connect(root.resolve("cri.sock"), DEADLINE)) {
            use.of(client);
        }
    }

    private static ImageSpec spec(String name, String handler) {
        return ImageSpec.newBuilder().setImage(name).setRuntimeHandler(handler).build();
    }

    private static String pull(CriClient client, String handler) {
        PullImageRequest request =
                PullImageRequest.newBuilder().setImage(spec(NAME, handler)).build();
        return client.images().pullImage(request).getImageRef();
    }

    private static boolean isHere(CriClient client, String name, String handler) {
        ImageStatusRequest request =
                ImageStatusRequest.newBuilder().setImage(spec(name, handler)).build();
        return client.images().imageStatus(request).hasImage();
    }

    private static List<Image> list(CriClient client) {
        return client.images()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesList();
    }

    @Test
    void an_image_of_another_handler_is_not_called_present_to_those_who_could_not_use_it() {
        withNode("", client -> {
            String id = pull(client, "other");

            assertThat(isHere(client, NAME, "other")).isTrue();
            assertThat(isHere(client, NAME, "plain")).isFalse();
            assertThat(isHere(client, NAME, "")).isFalse();
            assertThat(isHere(client, id, "")).isTrue();
            assertThat(list(client)).hasSize(1);
        });
    }

    @Test
    void an_image_is_removed_from_the_store_of_the_handler_or_from_all() {
        withNode("", client -> {
            String id = pull(client, "other");
            pull(client, "plain");
            client.images().removeImage(removal(NAME, "plain"));

            assertThat(isHere(client, NAME, "plain")).isFalse();
            assertThat(isHere(client, NAME, "other")).isTrue();

            client.images().removeImage(removal(id, ""));

            assertThat(list(client)).isEmpty();
        });
    }

    private static RemoveImageRequest removal(String name, String handler) {
        return RemoveImageRequest.newBuilder().setImage(spec(name, handler)).build();
    }

    /** What a kubelet does that sends no handlers with images. */
    @Test
    void without_a_handler_an_image_goes_into_all_stores_that_are_configured_for_it() {
        withNode("[images]\nbackends = [\"memory\", \"other\"]", client -> {
            pull(client, "plain");
            assertThat(isHere(client, NAME, "")).isFalse();

            pull(client, "");

            assertThat(isHere(client, NAME, "")).isTrue();
            assertThat(isHere(client, NAME, "other")).isTrue();
            assertThat(list(client)).hasSize(1);
        });
    }
}
