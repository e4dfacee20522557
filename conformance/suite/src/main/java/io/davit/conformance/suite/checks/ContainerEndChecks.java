package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.grpc.Status.Code;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@Feature("Containers: their end")
final class ContainerEndChecks {
    private static final String NOBODY = "fedcba9876543210".repeat(4);

    private final Workbench bench;

    ContainerEndChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "ContainerStatus", says = "A container that ended with 0 has exited with the reason Completed.")
    void a_container_that_ends_well_is_completed() {
        ContainerStatus status = bench.runPod().run(bench.command("true")).awaitExit();
        assertThat(status.getExitCode()).isZero();
        assertThat(status.getReason()).isEqualTo("Completed");
        assertThat(status.getFinishedAt()).isGreaterThanOrEqualTo(status.getStartedAt());
    }

    @Test
    @Contract(rpc = "ContainerStatus", says = "A container that ended with another code has it, and the reason Error.")
    void a_container_that_fails_tells_its_code() {
        ContainerStatus status =
                bench.runPod().run(bench.script("sleep 0.1; exit 42")).awaitExit();
        assertThat(status.getExitCode()).isEqualTo(42);
        assertThat(status.getReason()).isEqualTo("Error");
    }

    @Test
    @Contract(
            rpc = "ContainerStatus",
            says = "A process that a signal ended has the exit code 128 and the signal's number.")
    void a_killed_process_has_128_and_the_signal() {
        Container stopped = bench.runPod().run(bench.command("sleep", "3600"));
        stopped.stop(0);
        assertThat(stopped.status().getExitCode()).isEqualTo(137);
    }

    @Test
    @Contract(rpc = "StopContainer", says = "The final state is visible before StopContainer returns.")
    void a_stopped_container_has_exited_when_the_stop_returns() {
        Container container = bench.runPod().run(bench.idle());
        container.stop(10);
        ContainerStatus status = container.status();
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isZero();
        assertThat(status.getFinishedAt()).isPositive();
    }

    @Test
    @Contract(
            rpc = "StopContainer",
            says = "A container that ignores the stop signal is killed after the grace period.")
    void a_stubborn_container_is_killed_after_its_grace_period() {
        Container container =
                bench.runPod().run(bench.script("trap 'echo asked' TERM; echo ready; while :; do sleep 0.1; done"));
        bench.await("the trap", () -> container.logged("stdout"), "ready\n"::equals);
        long begin = System.nanoTime();
        container.stop(1);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(900));
        assertThat(container.status().getExitCode()).isEqualTo(137);
        assertThat(container.logged("stdout")).isEqualTo("ready\nasked\n");
    }

    @Test
    @Contract(
            rpc = "StopContainer",
            says = "Stopping what has exited, or is not there, is a success.",
            aspects = Aspect.REPETITION)
    void stopping_what_does_not_run_is_a_success() {
        Container container = bench.runPod().run(bench.command("true"));
        ContainerStatus before = container.awaitExit();
        container.stop(0);
        container.stop(1);
        assertThat(container.status()).isEqualTo(before);
    }

    @Test
    @Contract(rpc = "StopContainer", says = "Stopping a container that does not exist is a success.")
    void stopping_what_does_not_exist_is_a_success() {
        bench.cri().stopContainer(NOBODY, 0);
    }

    @Test
    @Contract(
            rpc = "RemoveContainer",
            says = "Removing what was removed, or never existed, is a success.",
            aspects = Aspect.REPETITION)
    void removing_twice_is_a_success() {
        Container container = bench.runPod().run(bench.command("true"));
        var _ = container.awaitExit();
        container.remove();
        container.remove();
        bench.cri().removeContainer(NOBODY);
        refusedWith(container::status, Code.NOT_FOUND);
    }

    @Test
    @Contract(rpc = "RemoveContainer", says = "A running container is forcibly removed.")
    void a_running_container_can_be_removed() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        container.remove();
        refusedWith(container::status, Code.NOT_FOUND);
        assertThat(bench.cri()
                        .listContainers(ContainerFilter.newBuilder()
                                .setPodSandboxId(pod.id())
                                .build()))
                .isEmpty();
    }

    @Test
    @Contract(rpc = "RemoveContainer", says = "A container that never started can be removed, and its name used again.")
    void a_created_container_can_be_removed_and_its_name_used_again() {
        Pod pod = bench.runPod();
        ContainerConfig.Builder config = bench.idle();
        Container first = pod.create(config);
        first.remove();
        assertThat(pod.create(config).id()).isNotEqualTo(first.id());
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "ContainerStatus"},
            says = "An image's stop signal is in the status, unless the container has one of its own.")
    void the_status_tells_the_stop_signal_of_the_image() {
        Container container = bench.runPod().create(bench.container(TestImage.STOP_SIGNAL));
        assertThat(container.status().getStopSignal().name()).isEqualTo("SIGNAL_SIGQUIT");
    }

    @Test
    @Contract(
            rpc = "StopContainer",
            says = "The container's own stop signal is the one that is sent.",
            fields = "ContainerConfig.stop_signal")
    void the_stop_signal_of_the_configuration_is_sent() {
        Container container = bench.runPod()
                .run(bench.script("trap 'exit 7' USR1; trap 'exit 8' TERM; echo ready; while :; do sleep 0.1; done")
                        .setStopSignal(io.davit.cri.v1.Signal.SIGNAL_SIGUSR1));
        bench.await("the trap", () -> container.logged("stdout"), "ready\n"::equals);
        container.stop(10);
        assertThat(container.status().getExitCode()).isEqualTo(7);
    }
}
