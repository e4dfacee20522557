package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault.Kind;
import io.davit.core.domain.Fault.Reason;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import io.davit.core.spi.Removed;
import io.davit.core.spi.Sighting.RunningContainer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link io.davit.core.spi.Images}. */
interface ImageContract extends ContractPart {
    @Test
    default void a_pulled_image_is_listed_under_its_names() {
        ImageReference reference = ImageReference.parse(engine().images().present());

        Image image = engine().pull(engine().images().present());

        assertThat(image.repoTags()).containsExactly(reference.repoTag().orElseThrow());
        assertThat(image.repoDigests()).singleElement().asString().startsWith(reference.name() + "@sha256:");
        assertThat(image.sizeBytes()).isPositive();
        assertThat(engine().backend().images().list()).containsExactly(image);
    }

    @Test
    default void an_image_that_is_here_is_pulled_again_without_a_change() {
        Image first = engine().pull(engine().images().present());

        assertThat(engine().pull(engine().images().present())).isEqualTo(first);
        assertThat(engine().backend().images().list()).containsExactly(first);
    }

    @Test
    default void an_image_is_pulled_by_its_digest() {
        Image byTag = engine().pull(engine().images().present());
        String digest = byTag.repoDigests().getFirst();
        engine().backend().images().remove(byTag.id());

        Image byDigest = engine().pull(digest);

        assertThat(byDigest.id()).isEqualTo(byTag.id());
        assertThat(byDigest.repoTags()).isEmpty();
        assertThat(byDigest.repoDigests()).containsExactly(digest);
    }

    @Test
    default void parallel_pulls_of_one_image_give_one_image() throws Exception {
        List<Background<Image>> pulls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pulls.add(Background.call(() -> engine().pull(engine().images().present())));
        }

        Image first = pulls.getFirst().answer();
        for (Background<Image> pull : pulls) assertThat(pull.answer()).isEqualTo(first);
        assertThat(engine().backend().images().list()).containsExactly(first);
    }

    @Test
    default void different_images_have_different_ids() {
        Image one = engine().pull(engine().images().present());
        Image other = engine().pull(engine().images().other());

        assertThat(one.id()).isNotEqualTo(other.id());
        assertThat(engine().backend().images().list()).containsExactlyInAnyOrder(one, other);
    }

    @Test
    default void an_image_its_registry_does_not_have_is_absent_and_named() {
        Kind kind = Thrown.by(() -> engine().pull(engine().images().absent()));

        assertThat(kind).isInstanceOf(Kind.Absent.class);
        assertThat(kind.text()).contains(engine().images().absent());
        assertThat(engine().backend().images().list()).isEmpty();
    }

    @Test
    default void a_registry_that_does_not_answer_is_named_in_the_words_of_the_kubelet() {
        String host = ImageReference.parse(engine().images().unreachable()).registry();

        Kind kind = Thrown.by(() -> engine().pull(engine().images().unreachable()));

        assertThat(kind).isInstanceOfSatisfying(Kind.KubeletReason.class, known -> {
            assertThat(known.reason()).isEqualTo(Reason.REGISTRY_UNAVAILABLE);
            assertThat(known.detail()).contains(host);
        });
        assertThat(engine().backend().images().list()).isEmpty();
    }

    @Test
    default void a_removed_image_is_gone_with_all_its_names() {
        Image image = engine().pull(engine().images().present());

        assertThat(engine().backend().images().remove(image.id())).isEqualTo(Removed.NOW);

        assertThat(engine().backend().images().list()).isEmpty();
    }

    @Test
    default void an_image_is_removed_again_without_error() {
        Image image = engine().pull(engine().images().present());
        engine().backend().images().remove(image.id());

        assertThat(engine().backend().images().remove(image.id())).isEqualTo(Removed.ALREADY);
        assertThat(engine().backend().images().remove(ImageId.parse("sha256:" + "0".repeat(64))))
                .isEqualTo(Removed.ALREADY);
    }

    @Test
    default void a_container_goes_on_without_the_image_it_came_from() {
        ContainerSpec container = engine().started(engine().programs().untilTold());

        engine().backend().images().remove(engine().image().id());

        assertThat(engine().seen(container)).get().isInstanceOf(RunningContainer.class);
        assertThat(engine().exec(container, engine().programs().echo("still here"), new Output()))
                .isZero();
    }

    @Test
    default void a_removed_image_is_pulled_anew() {
        Image first = engine().pull(engine().images().present());
        engine().backend().images().remove(first.id());

        Image again = engine().pull(engine().images().present());

        assertThat(again).isEqualTo(first);
    }

    @Test
    default void the_filesystems_of_images_and_containers_are_told_with_a_directory_that_is_there() {
        engine().pull(engine().images().present());

        assertThat(engine().backend().images().imageFilesystems()).isNotEmpty().allSatisfy(this::isThere);
        assertThat(engine().backend().images().containerFilesystems()).allSatisfy(this::isThere);
    }

    private void isThere(FilesystemUsage usage) {
        assertThat(Files.isDirectory(usage.mountpoint())).isTrue();
        assertThat(usage.usedBytes()).isNotNegative();
    }
}
