package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.FilesystemUsage;
import io.davit.cri.v1.Image;
import io.davit.cri.v1.ImageFsInfoRequest;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.StreamImagesRequest;
import io.davit.cri.v1.StreamImagesResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@Feature("Images")
final class ImageChecks {
    private static final String ABSENT = "localhost/no-such-image:1";

    private final Workbench bench;

    ImageChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @ResourceLock("first")
    @Contract(
            rpc = {"PullImage", "ImageStatus", "ListImages"},
            says = "PullImage returns the image's id, the one that status and list use too.")
    void the_id_is_the_same_everywhere() {
        String reference = bench.reference(TestImage.FIRST);
        String id = bench.cri().pullImage(reference);
        Image image = bench.cri().imageStatus(reference).orElseThrow();
        assertThat(image.getId()).isEqualTo(id).isNotEmpty();
        assertThat(image.getSize()).isPositive();
        assertThat(bench.cri().listImages()).extracting(Image::getId).containsOnlyOnce(id);
    }

    @Test
    @ResourceLock("first")
    @Contract(
            rpc = "ImageStatus",
            says = "An image is found by its tag, its digest, its id, and its name without the tag.")
    void an_image_is_found_by_each_of_its_names() {
        String reference = bench.reference(TestImage.FIRST);
        String id = bench.cri().pullImage(reference);
        Image image = bench.cri().imageStatus(reference).orElseThrow();
        assertThat(image.getRepoTagsList()).contains(reference);
        assertThat(image.getRepoDigestsList()).isNotEmpty().allMatch(digest -> digest.contains("@sha256:"));
        List<String> names = new ArrayList<>(List.of(id, image.getRepoDigests(0)));
        if (reference.endsWith(":latest")) names.add(reference.substring(0, reference.length() - ":latest".length()));
        for (String name : names) {
            assertThat(bench.cri().imageStatus(name)).as(name).contains(image);
        }
    }

    @Test
    @Contract(rpc = "ImageStatus", says = "An image that is not there is an answer without an image, not an error.")
    void an_image_that_is_not_there_is_an_empty_answer() {
        assertThat(bench.cri().imageStatus(ABSENT)).isEmpty();
        assertThat(bench.cri().imageStatus("sha256:" + "0".repeat(64))).isEmpty();
    }

    @Test
    @Contract(
            rpc = {"ImageStatus", "RemoveImage", "PullImage"},
            says = "A request without an image is refused.",
            aspects = Aspect.REFUSAL)
    void a_request_without_an_image_is_refused() {
        refused(() -> bench.cri().imageStatus(""));
        refused(() -> bench.cri().removeImage(""));
        refused(() -> bench.cri().pullImage(""));
    }

    @Test
    @Contract(rpc = "PullImage", says = "A reference that is none is refused.", aspects = Aspect.REFUSAL)
    void a_reference_that_is_none_is_refused() {
        refused(() -> bench.cri().pullImage("UPPER/case:tag"));
        refused(() -> bench.cri().pullImage("name:tag:tag"));
    }

    @Test
    @Contract(rpc = "PullImage", says = "An image that no registry has is an error, with a text that names it.")
    void an_image_that_no_registry_has_is_an_error() {
        String reference = bench.reference(TestImage.FIRST).replaceFirst("[^/]*$", "no-such-image:1");
        assertThat(refused(() -> bench.cri().pullImage(reference)).getDescription())
                .contains("no-such-image");
        assertThat(bench.cri().imageStatus(reference)).isEmpty();
    }

    @Test
    @Contract(
            rpc = "PullImage",
            says = "A call whose deadline has passed ends with DEADLINE_EXCEEDED.",
            aspects = Aspect.ABANDONMENT)
    void an_expired_pull_is_DEADLINE_EXCEEDED() {
        PullImageRequest request = PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(bench.reference(TestImage.STOP_SIGNAL)))
                .build();
        StatusRuntimeException refused = Assertions.catchThrowableOfType(
                StatusRuntimeException.class,
                () -> bench.cri().images(Duration.ofMillis(1)).pullImage(request));
        assertThat(refused).isNotNull();
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    }

    @Test
    @ResourceLock("second")
    @Contract(
            rpc = {"PullImage", "RemoveImage"},
            says = "Pulls of one image at the same time all succeed, with one id.")
    void pulls_of_one_image_at_once_all_succeed() throws Exception {
        String reference = bench.reference(TestImage.SECOND);
        bench.cri().removeImage(reference);
        assertThat(bench.cri().imageStatus(reference)).isEmpty();
        Callable<String> pull = () -> bench.cri().pullImage(reference);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> ids = new ArrayList<>();
            for (var answer : pool.invokeAll(List.of(pull, pull, pull, pull))) ids.add(answer.get());
            assertThat(ids)
                    .containsOnly(
                            bench.cri().imageStatus(reference).orElseThrow().getId());
        }
    }

    @Test
    @ResourceLock("first")
    @Contract(rpc = "ListImages", says = "A filter gives that image, by whatever name, or nothing.")
    void the_list_can_be_filtered() {
        String reference = bench.reference(TestImage.FIRST);
        String id = bench.cri().pullImage(reference);
        assertThat(bench.cri().listImages(reference)).extracting(Image::getId).containsExactly(id);
        assertThat(bench.cri().listImages(id)).extracting(Image::getId).containsExactly(id);
        assertThat(bench.cri().listImages(ABSENT)).isEmpty();
    }

    @Test
    @ResourceLock("first")
    @ResourceLock("second")
    @ResourceLock("third")
    @ResourceLock("twin")
    @Contract(rpc = "StreamImages", says = "Each image that the list has comes once, and the stream ends.")
    void the_stream_has_what_the_list_has() {
        var _ = bench.pulled(TestImage.SHELL);
        List<Image> streamed = new ArrayList<>();
        bench.cri()
                .images()
                .streamImages(StreamImagesRequest.getDefaultInstance())
                .forEachRemaining((StreamImagesResponse part) -> streamed.addAll(part.getImagesList()));
        assertThat(streamed).extracting(Image::getId).doesNotHaveDuplicates();
        assertThat(streamed).extracting(Image::getId).contains(bench.pulled(TestImage.SHELL));
    }

    @Test
    @Contract(
            rpc = "ImageStatus",
            says = "The image's user is a number or a name, never both; without one neither is set.")
    void the_user_of_an_image_is_told() {
        Image number = image(TestImage.USER_NUMBER);
        assertThat(number.getUid().getValue()).isEqualTo(1002);
        assertThat(number.getUsername()).isEmpty();
        Image name = image(TestImage.USER_NAME);
        assertThat(name.getUsername()).isEqualTo("www-data");
        assertThat(name.getUid().getValue()).isZero();
        Image none = image(TestImage.SHELL);
        assertThat(none.getUsername()).isEmpty();
        assertThat(none.getUid().getValue()).isZero();
    }

    @Test
    @Contract(
            rpc = {"ContainerStatus", "ListContainers"},
            says = "image_id of a container is the image's id, in its status and in the list.")
    void a_container_tells_the_id_of_its_image() {
        Container container = bench.runPod().create(bench.idle());
        String id = bench.pulled(TestImage.SHELL);
        assertThat(container.status().getImageRef()).isNotEmpty();
        assertThat(container.status().getImageId()).isEqualTo(id);
        assertThat(bench.cri()
                        .listContainers(io.davit.cri.v1.ContainerFilter.newBuilder()
                                .setId(container.id())
                                .build()))
                .singleElement()
                .satisfies(it -> assertThat(it.getImageId()).isEqualTo(id));
    }

    @Test
    @Contract(
            rpc = "ImageFsInfo",
            says = "The filesystem of the images exists, and has its use and the time it was measured.")
    void the_filesystem_of_the_images_is_told() {
        var _ = bench.pulled(TestImage.SHELL);
        var info = bench.await(
                "a measurement",
                () -> bench.cri().images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance()),
                answer -> answer.getImageFilesystemsCount() > 0);
        FilesystemUsage usage = info.getImageFilesystems(0);
        assertThat(Files.isDirectory(Path.of(usage.getFsId().getMountpoint()))).isTrue();
        assertThat(usage.getTimestamp()).isPositive();
        assertThat(usage.hasUsedBytes()).isTrue();
        assertThat(usage.hasInodesUsed()).isTrue();
        assertThat(usage.getUsedBytes().getValue()).isPositive();
    }

    private Image image(TestImage image) {
        var _ = bench.pulled(image);
        return bench.cri().imageStatus(bench.reference(image)).orElseThrow();
    }
}
