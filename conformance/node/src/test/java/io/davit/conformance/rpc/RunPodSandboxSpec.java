package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxMetadata;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStatus;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.RunPodSandboxResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class RunPodSandboxSpec {
    private static final Fault.Kind NO_MEMORY = new Fault.Kind.Failed("making a sandbox", "no memory left");

    private static final int TRIES_MAX = 10;

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @Test
    void a_new_pod_is_ready_and_has_its_address_at_once() {
        String id = one.pods().run("web");

        PodSandboxStatus status = one.pods().podStatus(id);
        assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(status.getNetwork().getIp()).startsWith("10.99.");
        assertThat(status.getCreatedAt()).isPositive();
        assertThat(one.pods().list())
                .singleElement()
                .satisfies(pod -> assertThat(pod.getId()).isEqualTo(id).matches("[0-9a-f]{64}"));
    }

    @Test
    void its_name_labels_and_annotations_are_given_back_as_they_were() {
        PodSandboxConfig config = one.pods().config("web");

        PodSandboxStatus status = one.pods().podStatus(one.pods().run(config));

        assertThat(status.getMetadata()).isEqualTo(config.getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(config.getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(config.getAnnotationsMap());
        assertThat(status.getLinux().getNamespaces().getOptions())
                .isEqualTo(config.getLinux().getSecurityContext().getNamespaceOptions());
    }

    @Test
    void a_request_without_a_configuration_is_invalid() {
        Status refusal = Refusal.of(() -> run(RunPodSandboxRequest.getDefaultInstance()));

        assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void every_field_that_is_missing_is_named_at_once() {
        PodSandboxConfig nameless = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.getDefaultInstance())
                .build();

        Status refusal = Refusal.of(() -> one.pods().run(nameless));

        assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refusal.getDescription())
                .contains("name")
                .contains("namespace")
                .contains("uid");
        assertThat(one.changes()).isEmpty();
    }

    @Test
    void a_relative_log_directory_is_invalid() {
        PodSandboxConfig relative =
                one.pods().config("web").toBuilder().setLogDirectory("logs/web").build();

        Status refusal = Refusal.of(() -> one.pods().run(relative));

        assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refusal.getDescription()).contains("log_directory");
    }

    @Test
    void the_backend_is_told_which_handler_the_empty_name_stands_for() {
        String sandbox = one.pods().run("web");
        var _ = one.pods().pull(one.pods().image());
        var _ = one.pods().create(sandbox, "web", "main");

        for (SpiMethod method : List.of(SpiMethod.SANDBOX_START, SpiMethod.CONTAINER_CREATE)) {
            SandboxSpec told = (SandboxSpec)
                    one.script().callsOf(method).getFirst().arguments().getFirst();
            assertThat(told.handler().name()).isEqualTo("memory");
        }
        assertThat(one.pods().podStatus(sandbox).getRuntimeHandler()).isEmpty();
    }

    @Test
    void an_unknown_runtime_handler_is_named_together_with_the_known_ones() {
        RunPodSandboxRequest request = RunPodSandboxRequest.newBuilder()
                .setConfig(one.pods().config("web"))
                .setRuntimeHandler("nobody")
                .build();

        Status refusal = Refusal.of(() -> run(request));

        assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refusal.getDescription()).contains("nobody").contains("memory");
    }

    @Test
    void a_second_pod_of_the_same_name_is_refused_with_the_id_of_the_first() {
        String first = one.pods().run("web");

        Status refusal = Refusal.of(() -> one.pods().run("web"));

        assertThat(refusal.getCode()).isEqualTo(Code.ALREADY_EXISTS);
        assertThat(refusal.getDescription()).contains(first);
        assertThat(one.pods().list()).hasSize(1);
    }

    @Test
    void the_next_attempt_of_a_pod_is_another_pod() {
        String first = one.pods().run(one.pods().config("web", 0));
        String second = one.pods().run(one.pods().config("web", 1));

        assertThat(second).isNotEqualTo(first);
        assertThat(one.pods().list()).hasSize(2);
    }

    @Test
    void a_call_that_repeats_one_under_way_is_told_where_that_is_when_its_own_deadline_is_near() throws Exception {
        Hold hold = one.script().on(SpiMethod.SANDBOX_START).holdsBefore();
        Background<String> first = Background.call(() -> one.pods().run("web"));
        hold.awaitArrival();

        Status refusal = Refusal.of(() -> runWithin(2000));

        assertThat(refusal.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(refusal.getDescription()).contains("making namespaces and files");
        hold.release();
        assertThat(one.pods().podStatus(first.answer()).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    void a_call_that_repeats_one_under_way_gets_its_answer() throws Exception {
        boolean joined = false;
        // A repetition that reaches the daemon too late is refused, and proves nothing: every try gives it twice the
        // time.
        for (int i = 0; i < TRIES_MAX && !joined; i++) {
            String pod = "web-" + i;
            Hold hold = one.script().on(SpiMethod.SANDBOX_START).holdsBefore();
            Background<String> first = Background.call(() -> one.pods().run(pod));
            hold.awaitArrival();
            Background<String> second =
                    Background.call(() -> Refusal.or(() -> one.pods().run(pod)));
            for (int other = 0; other < 1 << i; other++) one.pods().list();
            hold.release();
            joined = second.answer().equals(first.answer());
        }
        assertThat(joined).as("one answer for two calls").isTrue();
    }

    @Test
    void a_pod_is_not_listed_before_it_is_ready() throws Exception {
        Hold hold = one.script().on(SpiMethod.SANDBOX_START).holdsAfter();
        Background<String> running = Background.call(() -> one.pods().run("web"));
        hold.awaitArrival();

        assertThat(one.pods().list()).isEmpty();

        hold.release();
        assertThat(one.pods().podStatus(running.answer()).getId()).isEqualTo(running.answer());
    }

    @Test
    void a_client_that_leaves_and_comes_back_gets_the_pod_that_was_made_meanwhile() throws Exception {
        Hold hold = one.script().on(SpiMethod.SANDBOX_START).holdsBefore();
        Background<Code> impatient = Background.call(() -> codeWithin(300));
        hold.awaitArrival();
        assertThat(impatient.answer()).isEqualTo(Code.DEADLINE_EXCEEDED);

        hold.release();
        await().until(() -> one.pods().list().size() == 1);
        assertThat(one.pods().podStatus(one.pods().run("web")).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(one.script().callsOf(SpiMethod.SANDBOX_START)).hasSize(1);
    }

    @Test
    void what_was_made_for_a_client_that_left_goes_to_one_retry_only() throws Exception {
        Hold hold = one.script().on(SpiMethod.SANDBOX_START).holdsBefore();
        Background<Code> impatient = Background.call(() -> codeWithin(300));
        hold.awaitArrival();
        impatient.awaitEnd();
        hold.release();
        await().until(() -> one.pods().list().size() == 1);
        String id = one.pods().run("web");

        Status refusal = Refusal.of(() -> one.pods().run("web"));

        assertThat(refusal.getCode()).isEqualTo(Code.ALREADY_EXISTS);
        assertThat(refusal.getDescription()).contains(id);
    }

    @Test
    void a_fault_before_the_engine_did_anything_leaves_nothing() {
        one.script().on(SpiMethod.SANDBOX_START).failsBefore(NO_MEMORY);

        Status refusal = Refusal.of(() -> one.pods().run("web"));

        assertThat(refusal.getDescription()).contains("no memory left");
        assertNothingIsLeft();
        assertThat(one.pods().run("web")).as("the name is free").isNotEmpty();
    }

    @Test
    void a_fault_half_way_leaves_nothing() {
        one.script().on(SpiMethod.SANDBOX_START).failsAfter(NO_MEMORY);

        Refusal.of(() -> one.pods().run("web"));

        assertNothingIsLeft();
        assertThat(one.pods().run("web")).as("the name is free").isNotEmpty();
    }

    @Test
    void a_pod_that_could_not_be_rolled_back_is_listed_as_not_ready_until_it_is_removed() {
        one.script().on(SpiMethod.SANDBOX_START).failsAfter(NO_MEMORY);
        one.script().on(SpiMethod.SANDBOX_REMOVE).failsBefore(NO_MEMORY);

        Refusal.of(() -> one.pods().run("web"));

        assertThat(one.pods().list())
                .singleElement()
                .satisfies(pod -> assertThat(pod.getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY));
        one.pods().removePod(one.pods().list().getFirst().getId());
        assertNothingIsLeft();
    }

    @Test
    void a_pod_whose_remains_are_still_there_is_made_anew_after_they_were_removed() {
        one.script().on(SpiMethod.SANDBOX_START).failsAfter(NO_MEMORY);
        one.script().on(SpiMethod.SANDBOX_REMOVE).failsBefore(NO_MEMORY);
        Refusal.of(() -> one.pods().run("web"));

        String id = one.pods().run("web");

        assertThat(one.world().objects()).containsExactly(id);
    }

    private void assertNothingIsLeft() {
        assertThat(one.pods().list()).isEmpty();
        assertThat(one.world().objects()).isEmpty();
    }

    private Code codeWithin(long millis) {
        return Refusal.of(() -> runWithin(millis)).getCode();
    }

    private String runWithin(long millis) {
        return one.node()
                .client()
                .runtime()
                .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                .runPodSandbox(RunPodSandboxRequest.newBuilder()
                        .setConfig(one.pods().config("web"))
                        .build())
                .getPodSandboxId();
    }

    private RunPodSandboxResponse run(RunPodSandboxRequest request) {
        return one.node().client().runtime().runPodSandbox(request);
    }
}
