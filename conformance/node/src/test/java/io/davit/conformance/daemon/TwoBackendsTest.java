package io.davit.conformance.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.client.Requests;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.Pods;
import io.davit.cri.v1.Container;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.ImageStatusRequest;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveImageRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods of an OCI runtime and of Docker side by side on one socket, on real engines. */
@Tag("docker")
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(300)
class TwoBackendsTest {
    private static final int PODS_OF_A_KIND = 3;
    private static final String[] RUNS = {"sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait"};
    private static final Duration PARALLEL_MAX = Duration.ofMinutes(3);
    private static final Duration CLEANUP_MAX = Duration.ofSeconds(40);

    @ParameterizedTest
    @CsvSource({"oci, docker, docker", "docker, oci, runc"})
    void pods_of_both_kinds_live_side_by_side(String first, String second, String handlerOfSecond) throws Exception {
        try (PrivateHost host = PrivateHost.make(first, second)) {
            Set<String> ids = new TreeSet<>();
            try (DaemonProcess daemon = DaemonProcess.start(host)) {
                images(daemon, host, handlerOfSecond);
                for (String id : startAll(daemon, handlerOfSecond)) ids.add(id);
                ids.addAll(daemon.pods().listContainers().stream()
                        .map(Container::getId)
                        .toList());
                assertAllRun(daemon.pods(), handlerOfSecond);
            }
            try (DaemonProcess again = DaemonProcess.start(host)) {
                assertAllRun(again.pods(), handlerOfSecond);
                removeAll(again, host, handlerOfSecond);
                Awaitility.await()
                        .atMost(CLEANUP_MAX)
                        .untilAsserted(() ->
                                assertThat(Leftovers.of(host, ids, again.pid())).isEmpty());
            }
        }
    }

    /** A pull goes where its handler says; the other backend hears nothing of it. */
    private static void images(DaemonProcess daemon, PrivateHost host, String handlerOfSecond) {
        pull(daemon, spec(host, ""));
        assertThat(present(daemon, spec(host, ""))).isTrue();
        assertThat(present(daemon, spec(host, handlerOfSecond)))
                .as("not pulled there yet")
                .isFalse();
        pull(daemon, spec(host, handlerOfSecond));
        assertThat(present(daemon, spec(host, handlerOfSecond))).isTrue();
    }

    private static ImageSpec spec(PrivateHost host, String handler) {
        return Requests.image(host.image()).toBuilder()
                .setRuntimeHandler(handler)
                .build();
    }

    private static void pull(DaemonProcess daemon, ImageSpec image) {
        var _ = daemon.client()
                .images()
                .pullImage(PullImageRequest.newBuilder().setImage(image).build());
    }

    private static boolean present(DaemonProcess daemon, ImageSpec image) {
        return daemon.client()
                .images()
                .imageStatus(ImageStatusRequest.newBuilder().setImage(image).build())
                .hasImage();
    }

    private static List<String> startAll(DaemonProcess daemon, String handlerOfSecond) throws Exception {
        List<Background<String>> starts = new ArrayList<>();
        for (int i = 0; i < PODS_OF_A_KIND; i++) {
            String number = Integer.toString(i);
            starts.add(Background.call(() -> start(daemon, "first-" + number, "")));
            starts.add(Background.call(() -> start(daemon, "second-" + number, handlerOfSecond)));
        }
        List<String> ids = new ArrayList<>();
        for (Background<String> start : starts) ids.add(start.answer(PARALLEL_MAX));
        return ids;
    }

    private static String start(DaemonProcess daemon, String name, String handler) {
        String pod = daemon.client()
                .runtime()
                .runPodSandbox(RunPodSandboxRequest.newBuilder()
                        .setConfig(daemon.pods().config(name))
                        .setRuntimeHandler(handler)
                        .build())
                .getPodSandboxId();
        daemon.pods().start(daemon.pods().create(pod, name, "main", RUNS));
        return pod;
    }

    private static void assertAllRun(Pods pods, String handlerOfSecond) {
        assertThat(pods.list())
                .hasSize(2 * PODS_OF_A_KIND)
                .allSatisfy(pod -> assertThat(pod.getState()).isEqualTo(PodSandboxState.SANDBOX_READY));
        assertThat(pods.list().stream()
                        .filter(pod -> pod.getRuntimeHandler().equals(handlerOfSecond))
                        .map(pod -> pod.getMetadata().getName()))
                .hasSize(PODS_OF_A_KIND)
                .allMatch(name -> name.startsWith("second-"));
        assertThat(pods.list().stream()
                        .map(pod -> pods.podStatus(pod.getId()).getNetwork().getIp())
                        .collect(Collectors.toSet()))
                .as("addresses out of one network")
                .hasSize(2 * PODS_OF_A_KIND)
                .doesNotContain("");
        assertThat(pods.listContainers())
                .hasSize(2 * PODS_OF_A_KIND)
                .allSatisfy(container -> assertThat(pods.exec(container.getId(), 20, "echo", "alive")
                                .getStdout()
                                .toStringUtf8())
                        .isEqualTo("alive\n"));
    }

    private static void removeAll(DaemonProcess daemon, PrivateHost host, String handlerOfSecond) throws Exception {
        List<Background<Boolean>> ends = new ArrayList<>();
        for (PodSandbox pod : daemon.pods().list()) {
            ends.add(Background.run(() -> {
                daemon.pods().stopPod(pod.getId());
                daemon.pods().removePod(pod.getId());
            }));
        }
        for (Background<Boolean> end : ends) end.answer(PARALLEL_MAX);
        assertThat(daemon.pods().list()).isEmpty();
        assertThat(daemon.pods().listContainers()).isEmpty();
        removeImage(daemon, spec(host, handlerOfSecond));
        assertThat(present(daemon, spec(host, handlerOfSecond))).isFalse();
        assertThat(present(daemon, spec(host, ""))).as("with the other backend").isTrue();
        pull(daemon, spec(host, handlerOfSecond));
        removeImage(daemon, spec(host, ""));
        assertThat(present(daemon, spec(host, handlerOfSecond)))
                .as("as garbage collection removes it, which names no handler")
                .isFalse();
        assertThat(present(daemon, spec(host, ""))).isFalse();
    }

    private static void removeImage(DaemonProcess daemon, ImageSpec image) {
        var _ = daemon.client()
                .images()
                .removeImage(RemoveImageRequest.newBuilder().setImage(image).build());
    }
}
