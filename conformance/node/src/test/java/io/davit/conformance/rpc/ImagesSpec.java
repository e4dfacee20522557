package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.client.Requests;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.ImageConfig;
import io.davit.cri.v1.Image;
import io.davit.cri.v1.ImageFsInfoRequest;
import io.davit.cri.v1.ImageFsInfoResponse;
import io.davit.cri.v1.ImageStatusRequest;
import io.davit.cri.v1.ImageStatusResponse;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveImageRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ImageService. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ImagesSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @Test
    void a_pulled_image_is_listed_under_the_id_that_the_pull_answered() {
        String id = one.pods().pull(TestNode.IMAGE);

        Image image = one.pods().listImages().getFirst();
        assertThat(one.pods().listImages()).hasSize(1);
        assertThat(image.getId()).isEqualTo(id).startsWith("sha256:");
        assertThat(image.getRepoTagsList()).containsExactly(TestNode.IMAGE);
        assertThat(image.getRepoDigestsList()).singleElement().asString().startsWith("registry.example/shell@sha256:");
        assertThat(image.getSize()).isPositive();
    }

    @Test
    void an_image_is_found_by_tag_digest_id_and_beginning_of_its_id() {
        String id = one.pods().pull(TestNode.IMAGE);
        String digest = one.pods().listImages().getFirst().getRepoDigests(0);

        for (String name :
                new String[] {TestNode.IMAGE, digest, id, id.substring("sha256:".length()), id.substring(7, 19)}) {
            assertThat(status(name).getImage().getId()).as(name).isEqualTo(id);
        }
    }

    @Test
    void an_image_that_is_not_here_has_a_status_without_an_image() {
        assertThat(status(TestNode.ABSENT_IMAGE).hasImage()).isFalse();
    }

    @Test
    void an_image_that_does_not_exist_is_not_found_and_named() {
        Status refusal = Refusal.of(() -> one.pods().pull(TestNode.ABSENT_IMAGE));

        assertThat(refusal.getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal.getDescription()).contains(TestNode.ABSENT_IMAGE);
        assertThat(one.pods().listImages()).isEmpty();
    }

    @Test
    void a_registry_that_does_not_answer_is_told_in_the_words_that_the_kubelet_knows() {
        Status refusal = Refusal.of(() -> one.pods().pull(TestNode.UNREACHABLE_IMAGE));

        assertThat(refusal.getCode()).isEqualTo(Code.UNKNOWN);
        assertThat(refusal.getDescription()).startsWith("RegistryUnavailable: ").contains("unreachable.example");
    }

    @Test
    void bad_names_are_invalid() {
        assertThat(Refusal.of(() -> one.pods().pull("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> one.pods().pull("Not A Name")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> status("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> remove("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void equal_pulls_at_the_same_time_are_one() throws Exception {
        Hold hold = one.script().on(SpiMethod.IMAGE_PULL).holdsBefore();
        Background<String> first = Background.call(() -> one.pods().pull(TestNode.IMAGE));
        hold.awaitArrival();
        Background<String> second = Background.call(() -> one.pods().pull(TestNode.IMAGE));

        hold.release();

        assertThat(second.answer()).isEqualTo(first.answer());
    }

    @Test
    void a_pull_ends_with_its_last_client() throws Exception {
        Hold hold = one.script().on(SpiMethod.IMAGE_PULL).holdsBefore();
        Background<Code> impatient = Background.call(() -> Refusal.of(() -> one.node()
                        .client()
                        .images()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .pullImage(PullImageRequest.newBuilder()
                                .setImage(Requests.image(TestNode.IMAGE))
                                .build()))
                .getCode());
        hold.awaitArrival();

        assertThat(impatient.answer()).isEqualTo(Code.DEADLINE_EXCEEDED);

        assertThat(one.pods().pull(TestNode.IMAGE))
                .as("a new pull, not the held one")
                .isNotEmpty();
        assertThat(one.script().callsOf(SpiMethod.IMAGE_PULL)).hasSize(2);
    }

    @Test
    void a_removed_image_is_gone_with_all_its_names_and_may_be_removed_again() {
        one.world().registry().publish("registry.example/one:1", "same content", ImageConfig.EMPTY);
        one.world().registry().publish("elsewhere.example/two:2", "same content", ImageConfig.EMPTY);
        String id = one.pods().pull("registry.example/one:1");
        assertThat(one.pods().pull("elsewhere.example/two:2")).isEqualTo(id);

        remove("elsewhere.example/two:2");

        assertThat(one.pods().listImages()).isEmpty();
        remove("elsewhere.example/two:2");
        remove(id);
    }

    @Test
    void a_container_keeps_the_names_of_an_image_that_was_removed() {
        String image = one.pods().pull(TestNode.IMAGE);
        String pod = one.pods().run("web");
        String container = one.pods().create(pod, "web", "app", "true");

        remove(TestNode.IMAGE);

        assertThat(one.pods().status(container).getImageId()).isEqualTo(image);
        assertThat(one.pods().status(container).getImage().getImage()).isEqualTo(TestNode.IMAGE);
        assertThat(one.pods().status(container).getImageRef()).isNotEmpty();
    }

    @Test
    void a_tag_that_moved_on_names_the_new_image_alone() {
        String old = one.pods().pull(TestNode.IMAGE);
        one.world().registry().publish(TestNode.IMAGE, "newer content", ImageConfig.EMPTY);

        String fresh = one.pods().pull(TestNode.IMAGE);

        assertThat(fresh).isNotEqualTo(old);
        assertThat(status(TestNode.IMAGE).getImage().getId()).isEqualTo(fresh);
        assertThat(status(old).getImage().getRepoTagsList()).isEmpty();
    }

    @Test
    void the_filesystem_of_images_is_told_also_when_there_are_none() {
        ImageFsInfoResponse info = one.node().client().images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());

        assertThat(info.getImageFilesystemsList()).isNotEmpty().allSatisfy(filesystem -> {
            assertThat(filesystem.getFsId().getMountpoint()).startsWith("/");
            assertThat(filesystem.hasUsedBytes()).isTrue();
            assertThat(filesystem.hasInodesUsed()).isTrue();
            assertThat(filesystem.getTimestamp()).isPositive();
        });
    }

    private ImageStatusResponse status(String name) {
        return one.node()
                .client()
                .images()
                .imageStatus(ImageStatusRequest.newBuilder()
                        .setImage(Requests.image(name))
                        .build());
    }

    private void remove(String name) {
        var _ = one.node()
                .client()
                .images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(Requests.image(name))
                        .build());
    }
}
