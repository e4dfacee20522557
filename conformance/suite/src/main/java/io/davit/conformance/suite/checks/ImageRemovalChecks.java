package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.Image;
import io.davit.cri.v1.ImageSpec;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@Feature("Images: removal")
final class ImageRemovalChecks {
    private static final String ABSENT = "localhost/no-such-image:1";

    private final Workbench bench;

    ImageRemovalChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @ResourceLock("second")
    @Contract(rpc = "RemoveImage", says = "A removed image is gone from status and list when the call returns.")
    void a_removed_image_is_gone_at_once() {
        String reference = bench.reference(TestImage.SECOND);
        String id = bench.cri().pullImage(reference);
        bench.cri().removeImage(reference);
        assertThat(bench.cri().imageStatus(reference)).isEmpty();
        assertThat(bench.cri().imageStatus(id)).isEmpty();
        assertThat(bench.cri().listImages()).extracting(Image::getId).doesNotContain(id);
    }

    @Test
    @Contract(rpc = "RemoveImage", says = "Removing what is not there is a success.", aspects = Aspect.REPETITION)
    void removing_what_is_not_there_is_a_success() {
        bench.cri().removeImage(ABSENT);
        bench.cri().removeImage(ABSENT);
    }

    @Test
    @ResourceLock("second")
    @Contract(rpc = "RemoveImage", says = "Removals of one image at the same time all succeed.")
    void removals_of_one_image_at_once_all_succeed() throws Exception {
        String reference = bench.reference(TestImage.SECOND);
        var _ = bench.cri().pullImage(reference);
        Callable<Boolean> removal = () -> {
            bench.cri().removeImage(reference);
            return bench.cri().imageStatus(reference).isEmpty();
        };
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var gone : pool.invokeAll(List.of(removal, removal, removal, removal))) {
                assertThat(gone.get()).as("gone when the removal returned").isTrue();
            }
        }
    }

    @Test
    @ResourceLock("twin")
    @Contract(
            rpc = {"RemoveImage", "ImageStatus"},
            says = "Two names are one image with both tags; removing it by id takes both names.")
    void removing_by_id_takes_all_names() {
        String one = bench.reference(TestImage.TWIN);
        String other = bench.reference(TestImage.OTHER_TWIN);
        String id = bench.cri().pullImage(one);
        assertThat(bench.cri().pullImage(other)).isEqualTo(id);
        assertThat(bench.cri().imageStatus(id).orElseThrow().getRepoTagsList()).contains(one, other);
        bench.cri().removeImage(id);
        assertThat(bench.cri().imageStatus(one)).isEmpty();
        assertThat(bench.cri().imageStatus(other)).isEmpty();
    }

    @Test
    @ResourceLock("twin")
    @Contract(rpc = "RemoveImage", says = "Removing by one name removes the image, with all its names.")
    void removing_by_one_name_takes_all_names() {
        String one = bench.reference(TestImage.TWIN);
        String other = bench.reference(TestImage.OTHER_TWIN);
        var _ = bench.cri().pullImage(one);
        var _ = bench.cri().pullImage(other);
        bench.cri().removeImage(one);
        assertThat(bench.cri().imageStatus(one)).isEmpty();
        assertThat(bench.cri().imageStatus(other)).isEmpty();
    }

    @Test
    @ResourceLock("third")
    @Contract(rpc = "RemoveImage", says = "A container goes on when its image is removed; its status keeps the names.")
    void a_container_outlives_its_image() {
        String reference = bench.reference(TestImage.THIRD);
        String id = bench.cri().pullImage(reference);
        Container container = bench.runPod()
                .run(bench.idle().setImage(ImageSpec.newBuilder().setImage(id).setUserSpecifiedImage(reference)));
        String imageRef = container.status().getImageRef();
        try {
            bench.cri().removeImage(id);
        } catch (
                StatusRuntimeException
                        _) { // to refuse it is allowed as well: the kubelet does not remove what is in use
            assertThat(bench.cri().imageStatus(id)).isPresent();
        }
        assertThat(container.sh("echo alive")).isEqualTo("alive");
        assertThat(container.status().getImageRef()).isEqualTo(imageRef);
        assertThat(container.status().getImage().getImage()).isNotEmpty();
        container.pod().remove();
        bench.cri().removeImage(id);
    }
}
