package io.davit.conformance.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.node.Pods;
import io.davit.conformance.node.ReadMetrics;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.RemoveImageRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the daemon with the oci backend tells Prometheus, over TCP. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(300)
class DaemonMetricsTest {
    /** Free a moment ago: the configuration wants a number. */
    private static InetSocketAddress freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    @Test
    void a_pull_and_a_removal_are_told_with_bytes_and_layers() throws IOException {
        InetSocketAddress address = freePort();
        try (PrivateHost host = PrivateHost.make()) {
            Files.writeString(
                    host.configuration(),
                    "[metrics]\naddress = \"127.0.0.1:" + address.getPort() + "\"\n",
                    StandardOpenOption.APPEND);
            try (DaemonProcess daemon = DaemonProcess.start(host)) {
                Pods pods = daemon.pods();
                pods.pull(host.image());

                assertThat(ReadMetrics.from(address).values())
                        .containsEntry("davit_image_pulls_ended_total{backend=\"oci\",outcome=\"ok\"}", 1.0)
                        .containsEntry("davit_image_layers_unpacked_total{backend=\"oci\"}", 1.0)
                        .containsEntry("davit_image_pull_remaining_bytes{backend=\"oci\"}", 0.0)
                        .containsEntry("davit_image_layer_bytes_total{backend=\"oci\",how=\"resumed\"}", 0.0)
                        .hasEntrySatisfying(
                                "davit_image_layer_bytes_total{backend=\"oci\",how=\"fetched\"}",
                                bytes -> assertThat(bytes).isGreaterThan(100_000))
                        .hasEntrySatisfying(
                                "davit_image_store_bytes{backend=\"oci\"}",
                                bytes -> assertThat(bytes).isGreaterThan(500_000))
                        .hasEntrySatisfying(
                                "process_resident_memory_bytes",
                                bytes -> assertThat(bytes).isGreaterThan(10_000_000));

                var _ = daemon.client()
                        .images()
                        .removeImage(RemoveImageRequest.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(host.image()))
                                .build());

                Awaitility.await()
                        .untilAsserted(
                                () -> assertRemoved(ReadMetrics.from(address).values()));
            }
        }
    }

    private static void assertRemoved(Map<String, Double> values) {
        assertThat(values)
                .containsEntry("davit_image_removals_total{backend=\"oci\"}", 1.0)
                .containsEntry("davit_image_layers_deleted_total{backend=\"oci\"}", 1.0)
                .containsEntry("davit_image_trash_bytes{backend=\"oci\"}", 0.0)
                .containsEntry("davit_image_store_bytes{backend=\"oci\"}", 0.0)
                .containsEntry("davit_images{backend=\"oci\"}", 0.0);
    }
}
