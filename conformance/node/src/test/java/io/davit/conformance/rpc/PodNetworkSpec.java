package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.RuntimeCondition;
import io.davit.cri.v1.StatusRequest;
import io.davit.cri.v1.StatusResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose backend leaves the network to CNI, with one plugin: a script that fails while a file says so. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class PodNetworkSpec {
    @TempDir
    private Path directory;

    private TestNode node;

    @BeforeEach
    void a_node_with_one_plugin() throws IOException {
        Path root = directory.resolve("node");
        Files.createDirectories(root.resolve("cni"));
        Files.createDirectories(root.resolve("net.d"));
        Path plugin = Files.writeString(root.resolve("cni/one"), """
                #!/bin/sh
                cat > /dev/null
                case $CNI_COMMAND in
                VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}'; exit ;;
                ADD) echo "$CNI_CONTAINERID" > %1$s/$CNI_CONTAINERID.lease ;;
                DEL) [ -e %1$s/del-fails ] || rm -f %1$s/$CNI_CONTAINERID.lease ;;
                esac
                if [ -e %1$s/$(echo $CNI_COMMAND | tr A-Z a-z)-fails ]; then
                  echo '{"code":100,"msg":"the bridge is on fire"}'; exit 1
                fi
                echo '{"cniVersion":"1.0.0","ips":[{"address":"10.9.0.2/16"}]}'
                """.formatted(directory));
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(
                root.resolve("net.d/10-pods.conflist"),
                "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"plugins\":[{\"type\":\"one\"}]}");
        node = TestNode.start(root, "cni = true", new World(), new Script());
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void a_pod_ends_though_its_network_cannot_be_taken_down_and_its_address_is_freed_once_it_can() throws IOException {
        String pod = node.pods().run("web");
        breaks("del");

        node.pods().stopPod(pod);
        assertThat(node.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        node.pods().removePod(pod);

        assertThat(node.pods().list()).isEmpty();
        assertThat(node.world().objects()).isEmpty();
        assertThat(lease(pod)).as("the address is in use").exists();
        assertThat(status().getInfoOrThrow("heldNetworks")).contains(pod, "10.9.0.2", "the bridge is on fire");
        assertThat(condition("PodNetworksReleased")).hasValueSatisfying(condition -> {
            assertThat(condition.getStatus()).isFalse();
            assertThat(condition.getMessage()).contains("web", "the bridge is on fire");
        });
        assertThat(node.pods().run("web")).as("the name is free").isNotEqualTo(pod);

        works("del");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(lease(pod)).doesNotExist());
        await().untilAsserted(() -> assertThat(condition("PodNetworksReleased")).isEmpty());
    }

    @Test
    void a_network_that_is_still_held_is_freed_by_the_next_daemon() throws IOException {
        String pod = node.pods().run("web");
        breaks("del");
        node.pods().removePod(pod);

        works("del");
        node = node.restart();

        await().untilAsserted(() -> assertThat(lease(pod)).doesNotExist());
        await().untilAsserted(() ->
                assertThat(status().getInfoOrThrow("heldNetworks")).isEqualTo("[]"));
    }

    @Test
    void a_pod_whose_network_fails_is_not_there_even_if_undoing_it_fails_too() throws IOException {
        breaks("add");
        breaks("del");

        assertThat(Refusal.of(() -> node.pods().run("web")).getDescription()).contains("the bridge is on fire");

        assertThat(node.pods().list()).isEmpty();
        assertThat(node.world().objects()).isEmpty();
        works("add");
        assertThat(node.pods().run("web")).isNotEmpty();
        works("del");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(condition("PodNetworksReleased")).isEmpty());
    }

    @Test
    void the_network_is_ready_while_there_is_a_configuration_which_is_seen_at_once() throws IOException {
        assertThat(condition("NetworkReady").orElseThrow().getStatus()).isTrue();

        Path configuration = directory.resolve("node/net.d/10-pods.conflist");
        Files.move(configuration, directory.resolve("away"));
        assertThat(condition("NetworkReady").orElseThrow().getStatus()).isFalse();
        assertThat(condition("NetworkReady").orElseThrow().getMessage()).contains("there is no CNI configuration");

        Files.move(directory.resolve("away"), configuration);
        assertThat(condition("NetworkReady").orElseThrow().getStatus()).isTrue();
    }

    @Test
    void a_node_whose_backends_need_no_cni_is_ready_without_it() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        try (TestNode plain = TestNode.start(other, new World(), new Script())) {
            assertThat(plain.client()
                            .runtime()
                            .status(StatusRequest.getDefaultInstance())
                            .getStatus()
                            .getConditionsList())
                    .allMatch(RuntimeCondition::getStatus);
        }
    }

    private StatusResponse status() {
        return node.client()
                .runtime()
                .status(StatusRequest.newBuilder().setVerbose(true).build());
    }

    private Optional<RuntimeCondition> condition(String type) {
        return status().getStatus().getConditionsList().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    private Path lease(String pod) {
        return directory.resolve(pod + ".lease");
    }

    private void breaks(String verb) throws IOException {
        Files.createFile(directory.resolve(verb + "-fails"));
    }

    private void works(String verb) throws IOException {
        Files.delete(directory.resolve(verb + "-fails"));
    }
}
