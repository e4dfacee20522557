package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.Call;
import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.client.Requests;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.CreateContainerRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class CreateContainerSpec {
    private static final Fault.Kind NO_SPACE = new Fault.Kind.Exhausted("the disk", "no space left");

    private static final int TRIES_MAX = 10;

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String imageId = "";
    private String pod = "";

    @BeforeEach
    void runAPod() {
        imageId = one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
    }

    @Test
    void a_new_container_is_created_and_does_not_run() {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");

        ContainerStatus status = one.pods().status(id);
        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
        assertThat(status.getCreatedAt()).isPositive();
        assertThat(status.getStartedAt()).isZero();
        assertThat(status.getFinishedAt()).isZero();
    }

    @Test
    void its_name_labels_annotations_and_image_are_given_back_as_they_were() {
        ContainerConfig config = container("app");

        ContainerStatus status = one.pods().status(one.pods().create(pod, "web", config));

        assertThat(status.getMetadata()).isEqualTo(config.getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(config.getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(config.getAnnotationsMap());
        assertThat(status.getImage().getImage()).isEqualTo(TestNode.IMAGE);
        assertThat(status.getImageId()).isEqualTo(imageId);
        assertThat(status.getImageRef()).isNotEmpty();
        assertThat(status.getLogPath()).endsWith("/web/app/0.log");
    }

    @Test
    void the_engine_is_told_the_words_of_request_and_image_together() {
        ContainerConfig config = container("app").toBuilder().clearCommand().build();

        String id = one.pods().create(pod, "web", config);

        Call call = one.script().callsOf(SpiMethod.CONTAINER_CREATE).getLast();
        ContainerSpec spec = (ContainerSpec) call.arguments().getLast();
        assertThat(spec.id().value()).isEqualTo(id);
        assertThat(spec.process().arguments()).containsExactly("sleep", "infinity");
        assertThat(spec.process().environment()).map(Object::toString).contains("PATH", "HOSTNAME", "NAME");
    }

    @Test
    void an_image_may_be_named_by_its_id() {
        String id = one.pods().create(pod, "web", Requests.container("app", imageId, List.of("true")));

        assertThat(one.pods().status(id).getImageId()).isEqualTo(imageId);
    }

    /** The kubelet names images by their ids, and shows its users what the status says. */
    @Test
    void an_image_named_by_its_id_is_shown_by_its_tag() {
        String id = one.pods().create(pod, "web", Requests.container("app", imageId, List.of("true")));

        String tag = one.pods().listImages().getFirst().getRepoTags(0);
        assertThat(one.pods().status(id).getImage().getImage()).isEqualTo(tag);
    }

    @Test
    void an_image_that_is_not_here_is_named() {
        Status refusal = Refusal.of(
                () -> one.pods().create(pod, "web", Requests.container("app", TestNode.OTHER_IMAGE, List.of("true"))));

        assertThat(refusal.getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal.getDescription()).contains(TestNode.OTHER_IMAGE);
        assertNothingIsLeftButThePod();
    }

    @Test
    void an_unknown_pod_is_not_found() {
        Status refusal = Refusal.of(() -> one.pods().create("0".repeat(64), "web", "app", "true"));

        assertThat(refusal.getCode()).isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void nothing_is_made_in_a_pod_that_was_stopped() {
        one.pods().stopPod(pod);

        Status refusal = Refusal.of(() -> one.pods().create(pod, "web", "app", "true"));

        assertThat(refusal.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertNothingIsLeftButThePod();
    }

    @Test
    void a_second_container_of_the_same_name_is_refused_with_the_id_of_the_first() {
        String first = one.pods().create(pod, "web", "app", "true");
        one.pods().start(first);

        Status refusal = Refusal.of(() -> one.pods().create(pod, "web", "app", "true"));

        assertThat(refusal.getCode()).isEqualTo(Code.ALREADY_EXISTS);
        assertThat(refusal.getDescription()).contains(first);
    }

    @Test
    void the_same_name_in_another_pod_is_another_container() {
        String other = one.pods().run("db");

        one.pods().create(pod, "web", "app", "true");
        one.pods().create(other, "db", "app", "true");

        assertThat(one.pods().listContainers()).hasSize(2);
    }

    @Test
    void a_call_that_repeats_one_under_way_gets_its_answer() throws Exception {
        boolean joined = false;
        // A repetition that reaches the daemon too late is refused, and proves nothing: every try gives it twice the
        // time.
        for (int i = 0; i < TRIES_MAX && !joined; i++) {
            String name = "app-" + i;
            Hold hold = one.script().on(SpiMethod.CONTAINER_CREATE).holdsBefore();
            Background<String> first = Background.call(() -> one.pods().create(pod, "web", name, "true"));
            hold.awaitArrival();
            Background<String> second =
                    Background.call(() -> Refusal.or(() -> one.pods().create(pod, "web", name, "true")));
            for (int other = 0; other < 1 << i; other++) one.pods().listContainers();
            hold.release();
            joined = second.answer().equals(first.answer());
        }
        assertThat(joined).as("one answer for two calls").isTrue();
    }

    @Test
    void a_client_that_leaves_and_comes_back_gets_the_container_that_was_made_meanwhile() throws Exception {
        Hold hold = one.script().on(SpiMethod.CONTAINER_CREATE).holdsBefore();
        Background<Code> impatient = Background.call(() -> codeWithin(300));
        hold.awaitArrival();
        assertThat(impatient.answer()).isEqualTo(Code.DEADLINE_EXCEEDED);

        hold.release();
        await().until(() -> one.pods().listContainers().size() == 1);
        String id = one.pods().create(pod, "web", container("app"));
        assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
        assertThat(one.script().callsOf(SpiMethod.CONTAINER_CREATE)).hasSize(1);
    }

    @Test
    void a_fault_before_the_engine_did_anything_leaves_nothing() {
        one.script().on(SpiMethod.CONTAINER_CREATE).failsBefore(NO_SPACE);

        Status refusal = Refusal.of(() -> one.pods().create(pod, "web", "app", "true"));

        assertThat(refusal.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertNothingIsLeftButThePod();
        assertThat(one.pods().create(pod, "web", "app", "true"))
                .as("the name is free")
                .isNotEmpty();
    }

    @Test
    void a_fault_half_way_leaves_nothing() {
        one.script().on(SpiMethod.CONTAINER_CREATE).failsAfter(NO_SPACE);

        Refusal.of(() -> one.pods().create(pod, "web", "app", "true"));

        assertNothingIsLeftButThePod();
        assertThat(one.pods().create(pod, "web", "app", "true"))
                .as("the name is free")
                .isNotEmpty();
    }

    @Test
    void a_container_that_could_not_be_rolled_back_is_made_anew_after_its_remains_were_removed() {
        one.script().on(SpiMethod.CONTAINER_CREATE).failsAfter(NO_SPACE);
        one.script().on(SpiMethod.CONTAINER_REMOVE).failsBefore(NO_SPACE);
        Refusal.of(() -> one.pods().create(pod, "web", "app", "true"));

        String id = one.pods().create(pod, "web", "app", "true");

        assertThat(one.world().objects()).containsExactlyInAnyOrder(pod, id);
    }

    private void assertNothingIsLeftButThePod() {
        assertThat(one.pods().listContainers()).isEmpty();
        assertThat(one.world().objects()).containsExactly(pod);
    }

    private static ContainerConfig container(String name) {
        return Requests.container(name, TestNode.IMAGE, List.of("sleep", "infinity"));
    }

    private Code codeWithin(long millis) {
        return Refusal.of(() -> one.node()
                        .client()
                        .runtime()
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .createContainer(CreateContainerRequest.newBuilder()
                                .setPodSandboxId(pod)
                                .setConfig(container("app"))
                                .setSandboxConfig(one.pods().config("web"))
                                .build()))
                .getCode();
    }
}
