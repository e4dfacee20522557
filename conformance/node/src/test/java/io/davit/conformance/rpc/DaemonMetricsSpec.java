package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.node.ReadMetrics;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ContainerStatusRequest;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.RemoveImageRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of the daemon itself, on the memory backend. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class DaemonMetricsSpec {
    @TempDir
    Path root;

    private UnixDomainSocketAddress address;
    private TestNode node;

    @BeforeEach
    void start() {
        address = UnixDomainSocketAddress.of(root.resolve("sockets/metrics.sock"));
        node = TestNode.start(root, "[metrics]\naddress = \"" + address.getPath() + "\"", new World(), new Script());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Map<String, Double> values() throws IOException {
        return ReadMetrics.from(address).values();
    }

    @Test
    void they_are_text_as_Prometheus_reads_it() throws IOException {
        ReadMetrics answer = ReadMetrics.from(address);

        assertThat(answer.head()).startsWith("HTTP/1.1 200 OK").contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).contains("# HELP davit_images ", "# TYPE davit_image_pulls_started_total counter");
        assertThat(answer.values())
                .containsKeys("jvm_threads_current", "jvm_memory_used_bytes{area=\"heap\"}", "process_open_fds")
                .containsEntry("davit_images{backend=\"memory\"}", 0.0);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(address.getPath())))
                .isEqualTo("rw-rw----");
    }

    @Test
    void pulls_are_counted_by_how_they_end_and_never_by_name() throws IOException {
        node.pods().pull(TestNode.IMAGE);
        node.pods().pull(TestNode.OTHER_IMAGE);
        assertThat(Refusal.of(() -> node.pods().pull(TestNode.ABSENT_IMAGE)).getCode())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> node.pods().pull(TestNode.UNREACHABLE_IMAGE))
                        .getDescription())
                .startsWith("RegistryUnavailable");
        RemoveImageRequest removal = RemoveImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(TestNode.OTHER_IMAGE))
                .build();
        var _ = node.client().images().removeImage(removal);
        var _ = node.client().images().removeImage(removal);

        ReadMetrics answer = ReadMetrics.from(address);

        assertThat(answer.values())
                .containsEntry("davit_image_pulls_started_total{backend=\"memory\"}", 4.0)
                .containsEntry("davit_image_pulls_ended_total{backend=\"memory\",outcome=\"ok\"}", 2.0)
                .containsEntry("davit_image_pulls_ended_total{backend=\"memory\",outcome=\"absent\"}", 1.0)
                .containsEntry(
                        "davit_image_pulls_ended_total{backend=\"memory\",outcome=\"registry_unavailable\"}", 1.0)
                .containsEntry("davit_image_pulls_in_progress{backend=\"memory\"}", 0.0)
                .containsEntry("davit_image_pull_duration_seconds_count{backend=\"memory\"}", 2.0)
                .containsEntry("davit_image_removals_total{backend=\"memory\"}", 1.0)
                .containsEntry("davit_images{backend=\"memory\"}", 1.0);
        assertThat(answer.body()).doesNotContain("registry.example", "unreachable.example", "shell");
    }

    @Test
    void pods_and_containers_are_counted_by_phase() throws IOException {
        node.pods().pull(TestNode.IMAGE);
        String pod = node.pods().run("web");
        node.pods().start(node.pods().create(pod, "web", "app", "sleep", "infinity"));
        node.pods().create(pod, "web", "idle", "sleep", "infinity");

        assertThat(values())
                .containsEntry("davit_pods{phase=\"ready\"}", 1.0)
                .containsEntry("davit_pods{phase=\"not_ready\"}", 0.0)
                .containsEntry("davit_containers{phase=\"running\"}", 1.0)
                .containsEntry("davit_containers{phase=\"created\"}", 1.0)
                .containsEntry("davit_containers{phase=\"exited\"}", 0.0);
    }

    @Test
    void calls_are_counted_by_method_and_code() throws IOException {
        ContainerStatusRequest nobody =
                ContainerStatusRequest.newBuilder().setContainerId("nobody").build();
        assertThat(Refusal.of(() -> node.client().runtime().containerStatus(nobody))
                        .getCode())
                .isEqualTo(Code.NOT_FOUND);

        String method =
                "grpc_method=\"ContainerStatus\",grpc_service=\"runtime.v1.RuntimeService\",grpc_type=\"unary\"";
        assertThat(values())
                .containsEntry("grpc_server_started_total{" + method + "}", 1.0)
                .containsEntry("grpc_server_handled_total{grpc_code=\"NotFound\"," + method + "}", 1.0)
                .containsEntry("grpc_server_handling_seconds_count{" + method + "}", 1.0);
    }

    @Test
    void other_requests_are_answered_with_what_is_wrong() throws IOException {
        assertThat(ReadMetrics.from(address, "GET / HTTP/1.1\r\nHost: node\r\n\r\n")
                        .head())
                .startsWith("HTTP/1.1 404");
        assertThat(ReadMetrics.from(address, "POST /metrics HTTP/1.1\r\nHost: node\r\nContent-Length: 0\r\n\r\n")
                        .head())
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("allow: GET, HEAD");
        assertThat(ReadMetrics.from(address, "\u0000\u0001\u0002 rubbish\r\n\r\n")
                        .head())
                .startsWith("HTTP/1.1 400");
        assertThat(ReadMetrics.from(address, "GET /metrics?x=" + "a".repeat(10_000) + " HTTP/1.1\r\n\r\n")
                        .head())
                .startsWith("HTTP/1.1 400");
        ReadMetrics head = ReadMetrics.from(address, "HEAD /metrics?name=x HTTP/1.1\r\nHost: node\r\n\r\n");
        assertThat(head.head()).startsWith("HTTP/1.1 200");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void who_connects_and_says_nothing_keeps_nobody_else_out_for_good() throws IOException {
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 40; i++) silent.add(SocketChannel.open(address));
        for (SocketChannel channel : silent) channel.close();

        Awaitility.await()
                .ignoreExceptions()
                .until(() -> ReadMetrics.from(address).head().startsWith("HTTP/1.1 200"));
    }

    @Test
    void a_file_that_is_no_socket_is_not_replaced() throws IOException {
        Path file = Files.writeString(root.resolve("precious"), "x");
        Path other = Files.createDirectory(root.resolve("other"));

        assertThatThrownBy(
                        () -> TestNode.start(other, "[metrics]\naddress = \"" + file + "\"", new World(), new Script()))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("no socket");

        assertThat(file).hasContent("x");
    }

    @Test
    void a_daemon_that_ends_takes_its_socket_away() {
        node.close();

        assertThat(address.getPath()).doesNotExist();
    }
}
