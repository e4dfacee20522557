package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.conformance.suite.stream.SpdyClient;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStatus;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone in its time: others' calls would meet a server that is not there. */
@Feature("Restart of the server")
@Isolated
final class RestartChecks {
    private final Workbench bench;

    RestartChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"PodSandboxStatus", "ContainerStatus"},
            says = "Pods and containers are after a restart what they were: ids, times, addresses, exit codes.")
    void everything_is_as_it_was() throws Exception {
        Pod pod = bench.runPod(config -> config.putAnnotations("note", "kept"));
        Container running = pod.run(bench.idle());
        Container created = pod.create(bench.idle());
        Container exited = pod.run(bench.script("exit 7"));
        var _ = exited.awaitExit();
        Pod stopped = bench.runPod();
        stopped.stop();
        List<PodSandboxStatus> pods = List.of(pod.status(), stopped.status());
        List<ContainerStatus> containers = List.of(running.status(), created.status(), exited.status());
        bench.restartServer();
        assertThat(List.of(pod.status(), stopped.status())).isEqualTo(pods);
        assertThat(List.of(running.status(), created.status(), exited.status())).isEqualTo(containers);
        assertThat(pods.getFirst().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    @Contract(
            rpc = {"ContainerStatus", "ExecSync"},
            says = "Containers run on without the server, as the same processes, and obey it afterwards.")
    void containers_run_on() throws Exception {
        Container container = bench.runPod().run(bench.idle());
        String begun = container.sh("cut -d' ' -f22 /proc/1/stat");
        bench.restartServer();
        assertThat(container.sh("cut -d' ' -f22 /proc/1/stat")).isEqualTo(begun);
        container.stop(10);
        assertThat(container.status().getExitCode()).isZero();
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    @Test
    @Contract(
            rpc = {"ContainerStatus", "StartContainer"},
            says = "No line of the output is lost or doubled while the server is away.")
    void no_output_is_lost() throws Exception {
        Container container = bench.runPod()
                .run(bench.script("i=1; while [ ! -e /stop ]; do echo $i; i=$((i+1)); sleep 0.001; done"));
        bench.await("output", () -> container.log().size(), lines -> lines > 20);
        bench.restartServer();
        // Not sh: the container may end, and take the command with it, before the command does.
        var _ = container.exec("touch", "/stop");
        var _ = container.awaitExit();
        int lines = container.log().size();
        assertThat(container.logged("stdout"))
                .isEqualTo(
                        IntStream.rangeClosed(1, lines).mapToObj(i -> i + "\n").collect(Collectors.joining()));
    }

    @Test
    @Contract(rpc = "ContainerStatus", says = "What ended while the server was away has its own exit code and time.")
    void an_exit_while_the_server_was_away_is_known() throws Exception {
        Container container = bench.runPod()
                .run(bench.script("while [ ! -e /mnt/go ]; do sleep 0.02; done; exit 42")
                        .addMounts(io.davit.cri.v1.Mount.newBuilder()
                                .setHostPath(bench.directory("shared").toString())
                                .setContainerPath("/mnt")));
        bench.restartServer("touch " + bench.directory("shared").resolve("go"));
        ContainerStatus status = container.awaitExit();
        assertThat(status.getExitCode()).isEqualTo(42);
        assertThat(status.getReason()).isEqualTo("Error");
        assertThat(status.getFinishedAt()).isGreaterThanOrEqualTo(status.getStartedAt());
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "RemovePodSandbox", "RunPodSandbox"},
            says = "A pod from before can be given containers, stopped and removed, and its name used again.")
    void a_pod_from_before_can_be_used_and_removed() throws Exception {
        var config = bench.podConfig();
        Pod pod = bench.runPod(config);
        bench.restartServer();
        Container container = pod.run(bench.idle());
        assertThat(container.sh("ip -o addr"))
                .contains(pod.status().getNetwork().getIp());
        pod.stop();
        pod.remove();
        assertThat(bench.runPod(config).status().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    @Contract(rpc = "Attach", says = "Attaching works after a restart, to output and input.")
    void attaching_works_after_a_restart() throws Exception {
        Container container = bench.runPod()
                .run(bench.script("while read line; do echo got $line; done").setStdin(true));
        bench.restartServer();
        String url = bench.cri()
                .runtime()
                .attach(AttachRequest.newBuilder()
                        .setContainerId(container.id())
                        .setStdin(true)
                        .setStdout(true)
                        .setStderr(true)
                        .build())
                .getUrl();
        try (SpdyClient client = SpdyClient.connect(url, "v4.channel.k8s.io")) {
            var _ = client.open("error");
            var stdin = client.open("stdin");
            var stdout = client.open("stdout");
            var _ = client.open("stderr");
            stdin.write("word\n");
            assertThat(stdout.in().readUntil("\n")).isEqualTo("got word\n");
        }
    }
}
