package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.cri.v1.PodIP;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PortMapping;
import io.davit.cri.v1.Protocol;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What requests of the kubelet come to at a CNI plugin, which keeps every input it was given. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class CniCallsSpec {
    /** The daemon looks every ten seconds. */
    private static final Duration RECONCILED = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private TestNode node;

    @BeforeEach
    void a_node_with_one_plugin() throws IOException {
        Path root = directory.resolve("node");
        Files.createDirectories(root.resolve("net.d"));
        Path plugin = Files.createDirectories(root.resolve("cni")).resolve("one");
        Files.writeString(plugin, """
                #!/bin/sh
                cat > %1$s/input.$$ && mv %1$s/input.$$ %1$s/$CNI_COMMAND-$CNI_CONTAINERID
                case $CNI_COMMAND in
                VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["1.0.0","1.1.0"]}' ;;
                ADD) echo '{"cniVersion":"1.1.0","ips":[{"address":"10.9.0.2/16"},{"address":"fd09::2/64"}]}' ;;
                esac
                """.formatted(directory));
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
        configure("10-pods", "pods");
        node = TestNode.start(root, "cni = true", new World(), new Script());
    }

    private void configure(String file, String network) throws IOException {
        Files.writeString(directory.resolve("node/net.d/" + file + ".conflist"), """
                {"cniVersion": "1.1.0", "name": "%s",
                 "plugins": [{"type": "one", "capabilities": {"portMappings": true, "bandwidth": true}}]}
                """.formatted(network));
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void host_ports_and_bandwidth_reach_the_plugin_at_the_beginning_and_at_the_end() throws IOException {
        PodSandboxConfig config = node.pods().config("web").toBuilder()
                .addPortMappings(PortMapping.newBuilder()
                        .setProtocol(Protocol.UDP)
                        .setContainerPort(53)
                        .setHostPort(5353)
                        .setHostIp("127.0.0.1"))
                .putAnnotations("kubernetes.io/ingress-bandwidth", "10M")
                .putAnnotations("kubernetes.io/egress-bandwidth", "1M")
                .build();
        String port =
                "\"portMappings\":[{\"hostPort\":5353,\"containerPort\":53,\"protocol\":\"udp\",\"hostIP\":\"127.0.0.1\"}]";

        String pod = node.pods().run(config);
        node.pods().removePod(pod);

        assertThat(input("ADD", pod)).contains(port, "\"ingressRate\":10000000", "\"egressRate\":1000000");
        assertThat(input("DEL", pod)).contains(port, "\"prevResult\":{");
    }

    @Test
    void a_host_address_that_is_none_is_invalid() {
        for (String address : List.of("localhost", "10.0.0.256", "fe80::1%lo")) {
            PodSandboxConfig config = node.pods().config("web").toBuilder()
                    .addPortMappings(PortMapping.newBuilder()
                            .setContainerPort(53)
                            .setHostPort(5353)
                            .setHostIp(address))
                    .build();

            Status refusal = Refusal.of(() -> node.pods().run(config));

            assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(refusal.getDescription()).contains("host_ip", address);
        }
    }

    @Test
    void a_pod_of_two_stacks_has_the_first_address_and_then_the_other() {
        String pod = node.pods().run("web");

        assertThat(node.pods().podStatus(pod).getNetwork().getIp()).isEqualTo("10.9.0.2");
        assertThat(node.pods().podStatus(pod).getNetwork().getAdditionalIpsList())
                .extracting(PodIP::getIp)
                .containsExactly("fd09::2");
    }

    @Test
    void a_new_configuration_is_for_the_next_pod_and_the_old_one_for_the_end_of_those_it_made() throws IOException {
        String old = node.pods().run("old");

        configure("05-better", "better");
        String young = node.pods().run("young");
        node.pods().removePod(old);

        assertThat(input("ADD", old)).contains("\"name\":\"pods\"");
        assertThat(input("ADD", young)).contains("\"name\":\"better\"");
        assertThat(input("DEL", old)).contains("\"name\":\"pods\"");
    }

    @Test
    void the_next_daemon_has_checked_what_pods_have_and_collected_what_nobody_has() throws IOException {
        String pod = node.pods().run("web");
        String gone = node.pods().run("gone");
        node.pods().removePod(gone);

        node = node.restart();

        await().untilAsserted(() -> assertThat(input("CHECK", pod)).contains("\"prevResult\":{", "10.9.0.2"));
        await().untilAsserted(() -> assertThat(input("GC", ""))
                .contains("\"cni.dev/valid-attachments\":[{\"containerID\":\"" + pod + "\",\"ifname\":\"eth0\"}]"));
    }

    @Test
    void what_nobody_has_is_collected_as_soon_as_there_is_a_configuration() throws IOException {
        String pod = node.pods().run("web");
        await().until(() -> Files.deleteIfExists(directory.resolve("GC-")));
        Files.delete(directory.resolve("node/net.d/10-pods.conflist"));
        node = node.restart();
        await().untilAsserted(() -> assertThat(input("CHECK", pod)).isNotEmpty());
        assertThat(directory.resolve("GC-")).as("what was collected at start").doesNotExist();

        configure("10-pods", "pods");

        await().atMost(RECONCILED)
                .untilAsserted(() -> assertThat(input("GC", "")).contains(pod));
    }

    private String input(String command, String pod) throws IOException {
        Path file = directory.resolve(command + "-" + pod);
        assertThat(file).exists();
        return Files.readString(file);
    }
}
