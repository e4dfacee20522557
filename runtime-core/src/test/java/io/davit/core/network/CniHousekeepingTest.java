package io.davit.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.SandboxId;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CHECK, STATUS and GC, which nobody asks for but davit itself. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class CniHousekeepingTest {
    private static final SandboxId ID = SandboxId.random(new Random(1));
    private static final SandboxId OTHER = SandboxId.random(new Random(2));
    private static final Path NETNS = Path.of("/proc/self/ns/net");
    private static final String RESULT = "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.0.2/16\"}]}";
    private static final String ADD = "echo '" + RESULT + "'";
    private static final String NEW = "\"1.0.0\",\"1.1.0\"";
    private static final String REFUSES = "echo '{\"code\":50,\"msg\":\"the agent is away\"}'; exit 1";

    @TempDir
    private Path directory;

    private ScriptedPlugins plugins;
    private PodNetwork network;

    @BeforeEach
    void two_plugins() {
        plugins =
                new ScriptedPlugins(directory).plugin("first", NEW, ADD, "true").plugin("second", NEW, ADD, "true");
        configure("1.1.0", "");
        network = plugins.network();
    }

    private void configure(String version, String more) {
        plugins.configured("10-pods.conflist", """
                {"cniVersion": "%s", "name": "pods"%s,
                 "plugins": [{"type": "first"}, {"type": "second", "capabilities": {"bandwidth": true}}]}
                """.formatted(version, more));
    }

    @Test
    void the_network_is_in_trouble_while_a_plugin_says_so() {
        plugins.plugin("second", NEW, ADD, "true", REFUSES);
        assertThat(network.trouble()).as("before anybody asked").isEmpty();

        network.askStatus();
        assertThat(network.trouble())
                .hasValueSatisfying(why -> assertThat(why).contains("second (STATUS)", "the agent is away"));
        assertThat(plugins.calls()).containsExactly("STATUS first", "STATUS second");
        assertThat(plugins.input("second", "STATUS").has("capabilities")).isFalse();

        plugins.plugin("second", NEW, ADD, "true");
        network.askStatus();
        assertThat(network.trouble()).isEmpty();
    }

    @Test
    void what_plugins_said_of_one_configuration_does_not_hold_for_the_next() {
        plugins.plugin("first", NEW, ADD, "true", REFUSES);
        network.askStatus();

        plugins.configured(
                "10-pods.conflist",
                "{\"cniVersion\": \"1.1.0\", \"name\": \"pods\", \"plugins\": [{\"type\": \"second\"}]}");

        assertThat(network.trouble()).isEmpty();
    }

    @Test
    void plugins_of_before_1_1_are_asked_for_neither_status_nor_collection() {
        configure("1.0.0", "");

        network.askStatus();
        network.collect(List::of);

        assertThat(plugins.calls()).isEmpty();
    }

    @Test
    void a_collection_names_the_attachments_in_use_to_every_plugin_even_after_a_failure() {
        plugins.plugin("first", NEW, ADD, "true", REFUSES);

        assertThatThrownBy(() -> network.collect(() -> List.of(ID, OTHER)))
                .hasMessageContaining("first (GC)")
                .hasMessageContaining("the agent is away");

        assertThat(plugins.calls()).containsExactly("GC first", "GC second");
        String known = "[{\"containerID\":\"%s\",\"ifname\":\"eth0\"},{\"containerID\":\"%s\",\"ifname\":\"eth0\"}]"
                .formatted(ID, OTHER);
        assertThat(plugins.input("second", "GC")
                        .path("cni.dev/valid-attachments")
                        .toString())
                .isEqualTo(known);
        assertThat(plugins.input("second", "GC").path("cni.dev/attachments").toString())
                .isEqualTo(known);
        assertThat(plugins.environment("second", "GC")).doesNotContainKey("CNI_CONTAINERID");
    }

    @Test
    void a_configuration_can_forbid_collections() {
        configure("1.1.0", ", \"disableGC\": true");

        network.collect(List::of);

        assertThat(plugins.calls()).isEmpty();
    }

    @Test
    void a_pod_that_is_being_attached_is_known_to_a_collection() throws InterruptedException {
        plugins.plugin("first", NEW, "while [ ! -e " + directory + "/go ]; do sleep 0.01; done; " + ADD, "true");
        Thread attaching = Thread.ofVirtual().start(() -> network.attach(Pods.plain(ID), NETNS));
        CountDownLatch asked = new CountDownLatch(1);
        await().until(() -> plugins.calls().contains("ADD first"));
        Thread collecting = Thread.ofVirtual()
                .start(() -> network.collect(() -> {
                    asked.countDown();
                    return List.of(ID);
                }));

        assertThat(asked.await(100, TimeUnit.MILLISECONDS))
                .as("asked for the attachments while one is being made")
                .isFalse();
        plugins.configured("../go", "");
        attaching.join();
        collecting.join();

        assertThat(plugins.calls()).containsExactly("ADD first", "ADD second", "GC first", "GC second");
    }

    @Test
    void a_check_gives_every_plugin_what_add_gave() {
        NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);

        network.check(Pods.plain(ID), attachment);

        assertThat(plugins.calls()).containsExactly("ADD first", "ADD second", "CHECK first", "CHECK second");
        assertThat(plugins.input("first", "CHECK").path("prevResult").toString())
                .isEqualTo(RESULT);
        assertThat(plugins.environment("first", "CHECK"))
                .containsEntry("CNI_CONTAINERID", ID.value())
                .containsEntry("CNI_NETNS", NETNS.toString());
    }

    @Test
    void a_check_fails_with_the_words_of_the_plugin_that_misses_something() {
        NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);
        plugins.plugin("second", NEW, ADD, "true", "echo '{\"code\":100,\"msg\":\"no route\"}'; exit 1");

        assertThatThrownBy(() -> network.check(Pods.plain(ID), attachment))
                .hasMessageContaining("second (CHECK)")
                .hasMessageContaining("no route");
    }

    @Test
    void an_attachment_is_not_checked_where_its_configuration_forbids_it_or_is_too_old() {
        configure("1.1.0", ", \"disableCheck\": true");
        NetworkAttachment forbidden = network.attach(Pods.plain(ID), NETNS);
        plugins.plugin("first", "\"0.3.1\"", ADD, "true").plugin("second", "\"0.3.1\"", ADD, "true");
        configure("0.3.1", "");
        NetworkAttachment old = network.attach(Pods.plain(OTHER), NETNS);

        network.check(Pods.plain(ID), forbidden);
        network.check(Pods.plain(OTHER), old);

        assertThat(plugins.calls()).noneMatch(call -> call.startsWith("CHECK"));
    }
}
