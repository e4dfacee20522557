package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.syscall.MountTable;
import io.davit.conformance.registry.LoopbackRegistry;
import io.davit.conformance.registry.PublishedImage;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Removed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class OciImagesSpec {
    private final LoopbackRegistry registry = LoopbackRegistry.start();
    private final PublishedImage shell = PublishedImage.busybox("shell", List.of("sh"));
    private final ContainerId container = ContainerId.random(new Random(7));

    @TempDir
    Path directory;

    private OciImages images;

    @BeforeEach
    void open() {
        images = ImageStore.openPlain(directory);
    }

    @AfterEach
    void close() {
        images.rootFilesystems().present().forEach(images.rootFilesystems()::release);
        images.close();
        registry.close();
        assertThat(MountTable.read().below(directory)).isEmpty();
    }

    private Image pull(String name) {
        return images.pull(
                new PullRequest(ImageReference.parse(name), new Credentials.Anonymous(), RuntimeHandler.DEFAULT));
    }

    /** The kubelet takes different mount points for different disks (KEP-4191). */
    @Test
    void images_and_writable_layers_are_told_under_one_mount_point() {
        assertThat(images.containerFilesystems().getFirst().mountpoint())
                .isEqualTo(images.imageFilesystems().getFirst().mountpoint())
                .isDirectory();
    }

    @Test
    void a_tag_is_pulled_and_listed_by_tag_and_digest() {
        String name = registry.publish("test/shell", "1", shell);

        Image image = pull(name);

        assertThat(images.list()).containsExactly(image);
        assertThat(image.repoTags()).containsExactly(name);
        assertThat(image.repoDigests()).containsExactly(registry.host() + "/test/shell@" + shell.manifestDigest());
        assertThat(image.sizeBytes()).isPositive();
        assertThat(image.config().command()).containsExactly("sh");
    }

    @Test
    void a_container_writes_to_its_own_layer() throws IOException {
        Image image = pull(registry.publish("test/shell", "1", shell));

        Path root = images.rootFilesystems().prepare(container, image.id());

        assertThat(root.resolve("etc/image-name")).hasContent("shell");
        assertThat(root.resolve("bin/sh")).isSymbolicLink();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("bin/busybox"))))
                .isEqualTo("rwxr-xr-x");
        Files.writeString(root.resolve("etc/image-name"), "changed");
        images.rootFilesystems().release(container);
        assertThat(images.rootFilesystems().prepare(container, image.id()).resolve("etc/image-name"))
                .hasContent("shell");
    }

    @Test
    void a_removed_image_is_invisible_at_once_and_its_layers_stay_for_containers() {
        Image image = pull(registry.publish("test/shell", "1", shell));
        Path root = images.rootFilesystems().prepare(container, image.id());

        assertThat(images.remove(image.id())).isEqualTo(Removed.NOW);
        assertThat(images.remove(image.id())).isEqualTo(Removed.ALREADY);

        assertThat(images.list()).isEmpty();
        assertThat(root.resolve("etc/image-name")).hasContent("shell");
        assertThatThrownBy(() -> images.rootFilesystems().prepare(ContainerId.random(new Random(8)), image.id()))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("does not exist");
        images.rootFilesystems().release(container);
        assertThat(images.awaitDeletions(Duration.ofMinutes(1))).isTrue();
        assertThat(directory.resolve("state/layers")).isEmptyDirectory();
        assertThat(directory.resolve("state/blobs/sha256")).isEmptyDirectory();
    }

    @Test
    void everything_is_found_again_after_a_restart() {
        Image image = pull(registry.publish("test/shell", "1", shell));
        Path root = images.rootFilesystems().prepare(container, image.id());
        images.close();

        images = ImageStore.openPlain(directory);

        assertThat(images.list()).containsExactly(image);
        assertThat(images.rootFilesystems().present()).containsExactly(container);
        images.remove(image.id());
        assertThat(root.resolve("etc/image-name")).hasContent("shell");
    }
}
