package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls to a disk of four megabytes. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class FullDiskSpec {
    @TempDir
    Path directory;

    private Path disk;
    private ScriptedServer registry;
    private ImageStore store;

    @BeforeEach
    void start() throws IOException {
        disk = Files.createDirectory(directory.resolve("disk"));
        Mounts.mount("tmpfs", disk, "tmpfs", Set.of(), "size=4m");
        registry = ScriptedServer.start();
        store = new ImageStore(Files.createDirectory(disk.resolve("store")));
    }

    @AfterEach
    void stop() {
        store.close();
        registry.close();
        Mounts.detachAll(disk);
    }

    private static String noise(int letters) {
        return new Random(1)
                .ints(letters, 'a', 'z')
                .mapToObj(letter -> Character.toString((char) letter))
                .collect(Collectors.joining());
    }

    @Test
    void an_image_that_does_not_fit_is_told_as_such_and_leaves_the_room_to_others() {
        String large = new TestImage()
                .file("small", "1")
                .file("large", noise(3_500_000))
                .publish(registry, "large", "1");

        Fault fault = store.fault(large);

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Exhausted.class);
        assertThat(fault).hasMessageContaining("No space left on device");
        store.assertEmpty();
        String fits = new TestImage().file("half", noise(1_500_000)).publish(registry, "fits", "1");
        assertThat(store.pull(fits).repoTags()).containsExactly(fits);
    }

    /** A kubelet that is short of disk measures right after the answer, and evicts pods if nothing was won. */
    @Test
    void a_removal_has_made_room_when_it_is_answered() {
        String first = new TestImage().file("f", noise(2_100_000)).publish(registry, "first", "1");
        String second = new TestImage().file("g", noise(2_100_000)).publish(registry, "second", "1");
        for (int round = 0; round < 3; round++) {
            for (String name : List.of(first, second)) {
                Image image = store.pull(name);
                store.images().remove(image.id());
                assertThat(disk.resolve("store/state/layers")).isEmptyDirectory();
            }
        }
        store.assertEmpty();
    }
}
