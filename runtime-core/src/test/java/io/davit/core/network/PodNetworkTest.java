package io.davit.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.Fault;
import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.PortMapping;
import io.davit.core.domain.PortMapping.Protocol;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.process.ChildProcesses;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PodNetworkTest {
    private static final SandboxId ID = SandboxId.random(new Random(1));

    /** A namespace that is there, our own: scripted plugins do nothing with it. */
    private static final Path NETNS = Path.of("/proc/self/ns/net");

    private static final String ONE = "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"br0\"},"
            + "{\"name\":\"eth0\",\"sandbox\":\"/n\"}],\"ips\":[{\"address\":\"10.9.0.2/16\",\"interface\":1}]}";
    private static final String TWO =
            "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.0.2/16\"}," + "{\"address\":\"fd00::2/64\"}]}";
    private static final String CHAIN = """
            {"cniVersion": "1.0.0", "name": "pods", "plugins": [
              {"type": "first", "mtu": 1400},
              {"type": "second", "capabilities": {"portMappings": true, "bandwidth": true, "dns": false}},
              {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """;

    @TempDir
    private Path directory;

    private ScriptedPlugins plugins;
    private PodNetwork network;

    @BeforeEach
    void a_chain_of_three() {
        plugins = new ScriptedPlugins(directory)
                .configured("10-pods.conflist", CHAIN)
                .plugin("first", ONE)
                .plugin("second", TWO)
                .plugin("portmap", TWO);
        network = plugins.network();
    }

    @Nested
    class Attaching {
        @Test
        void runs_the_plugins_in_order_each_with_the_result_of_the_one_before() {
            NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);

            assertThat(plugins.calls()).containsExactly("ADD first", "ADD second");
            assertThat(plugins.input("first", "ADD").has("prevResult")).isFalse();
            assertThat(plugins.input("first", "ADD").path("mtu").asInt()).isEqualTo(1400);
            assertThat(plugins.input("second", "ADD").path("prevResult").toString())
                    .isEqualTo(ONE);
            assertThat(attachment.result()).isEqualTo(TWO);
            assertThat(attachment.interfaceName()).isEqualTo("eth0");
            assertThat(attachment.netns()).isEqualTo(NETNS);
            assertThat(attachment.addresses())
                    .containsExactly(InetAddress.ofLiteral("10.9.0.2"), InetAddress.ofLiteral("fd00::2"));
        }

        @Test
        void tells_each_plugin_network_version_and_pod() {
            network.attach(Pods.plain(ID), NETNS);

            assertThat(plugins.input("second", "ADD").path("name").asString()).isEqualTo("pods");
            assertThat(plugins.input("second", "ADD").path("cniVersion").asString())
                    .isEqualTo("1.0.0");
            assertThat(plugins.input("second", "ADD").has("capabilities")).isFalse();
            assertThat(plugins.input("second", "ADD").has("runtimeConfig")).isFalse();
            assertThat(plugins.environment("second", "ADD"))
                    .containsEntry("CNI_CONTAINERID", ID.value())
                    .containsEntry("CNI_NETNS", NETNS.toString())
                    .containsEntry("CNI_IFNAME", "eth0")
                    .containsEntry("CNI_PATH", directory.resolve("bin").toString())
                    .containsEntry(
                            "CNI_ARGS",
                            "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=" + ID
                                    + ";K8S_POD_UID=uid-1");
        }

        @Test
        void gives_host_ports_and_bandwidth_to_plugins_that_ask_for_them() {
            List<PortMapping> ports = List.of(
                    new PortMapping(Protocol.TCP, 80, 0, ""), new PortMapping(Protocol.UDP, 53, 5353, "127.0.0.1"));
            Map<String, String> annotations = Map.of("kubernetes.io/ingress-bandwidth", "10M");

            network.attach(Pods.pod(ID, Pods.WEB, ports, annotations), NETNS);

            assertThat(plugins.calls()).containsExactly("ADD first", "ADD second", "ADD portmap");
            assertThat(plugins.input("first", "ADD").has("runtimeConfig")).isFalse();
            assertThat(plugins.input("second", "ADD").path("runtimeConfig").toString())
                    .isEqualTo("{\"bandwidth\":{\"ingressRate\":10000000,\"ingressBurst\":4294967295},"
                            + "\"portMappings\":[{\"hostPort\":5353,\"containerPort\":53,\"protocol\":\"udp\","
                            + "\"hostIP\":\"127.0.0.1\"}]}");
            assertThat(plugins.input("portmap", "ADD").path("runtimeConfig").propertyNames())
                    .containsExactly("portMappings");
        }

        @Test
        void leaves_out_plugins_that_would_only_pass_the_result_on() {
            plugins.plugin("bandwidth", TWO).configured("10-pods.conflist", """
                    {"cniVersion": "1.0.0", "name": "pods", "plugins": [
                      {"type": "first"},
                      {"type": "bandwidth", "capabilities": {"bandwidth": true}},
                      {"type": "portmap", "capabilities": {"portMappings": true}}]}
                    """);
            network.attach(Pods.plain(ID), NETNS);
            assertThat(plugins.calls()).containsExactly("ADD first");

            Map<String, String> limited = Map.of("kubernetes.io/egress-bandwidth", "1M");
            network.attach(Pods.pod(ID, Pods.WEB, List.of(), limited), NETNS);
            assertThat(plugins.calls()).containsExactly("ADD first", "ADD first", "ADD bandwidth");
        }

        @Test
        void keeps_a_bandwidth_plugin_whose_limit_stands_in_the_configuration() {
            plugins.plugin("bandwidth", TWO).configured("10-pods.conflist", """
                    {"cniVersion": "1.0.0", "name": "pods", "plugins": [
                      {"type": "first"}, {"type": "bandwidth", "ingressRate": 1000000, "ingressBurst": 1000000}]}
                    """);
            network.attach(Pods.plain(ID), NETNS);
            assertThat(plugins.calls()).containsExactly("ADD first", "ADD bandwidth");
        }

        @Test
        void gives_the_nodes_ranges_to_plugins_that_ask_for_them() {
            plugins.configured("10-pods.conflist", """
                    {"cniVersion": "1.0.0", "name": "pods", "type": "first", "capabilities": {"ipRanges": true}}
                    """);
            network.podCidrs(List.of("10.1.0.0/24", "fd00::/64"));

            network.attach(Pods.plain(ID), NETNS);

            assertThat(plugins.input("first", "ADD").path("runtimeConfig").toString())
                    .isEqualTo("{\"ipRanges\":[[{\"subnet\":\"10.1.0.0/24\"}],[{\"subnet\":\"fd00::/64\"}]]}");
        }

        @Test
        void puts_the_preferred_address_first() {
            network.reconfigure(new NetworkSettings(
                    directory.resolve("conf"),
                    List.of(directory.resolve("bin")),
                    AddressPreference.IPV6,
                    Duration.ofSeconds(30)));

            assertThat(network.attach(Pods.plain(ID), NETNS).addresses())
                    .containsExactly(InetAddress.ofLiteral("fd00::2"), InetAddress.ofLiteral("10.9.0.2"));
        }

        @Test
        void speaks_the_newest_version_that_all_plugins_speak() {
            plugins.configured("10-pods.conflist", CHAIN.replace("1.0.0", "1.1.0"))
                    .plugin("first", "\"0.4.0\",\"1.0.0\",\"1.1.0\"", "echo '" + ONE + "'", "true");

            network.attach(Pods.plain(ID), NETNS);

            assertThat(plugins.input("first", "ADD").path("cniVersion").asString())
                    .isEqualTo("1.0.0");
        }

        @Test
        void refuses_a_pod_name_that_would_forge_arguments() {
            SandboxSpec forged = Pods.pod(ID, new SandboxName("a;K8S_POD_UID=b", "n", "u", 0), List.of(), Map.of());

            assertThatThrownBy(() -> network.attach(forged, NETNS)).hasMessageContaining("metadata.name");
            network.detach(forged, Optional.of(NETNS), Optional.empty());
            assertThat(plugins.calls()).isEmpty();
        }

        @Test
        void refuses_a_bandwidth_that_is_none() {
            SandboxSpec greedy = Pods.pod(ID, Pods.WEB, List.of(), Map.of("kubernetes.io/egress-bandwidth", "much"));

            assertThatThrownBy(() -> network.attach(greedy, NETNS))
                    .hasMessage("annotations[kubernetes.io/egress-bandwidth]: 'much' is no quantity such as 10M");
        }
    }

    @Nested
    class A_plugin_that_fails {
        private static final String ERROR =
                "echo '{\"code\": 11, \"msg\": \"no room\", \"details\": \"pool is full\"}'; exit 1";

        @Test
        void is_quoted_and_what_was_begun_is_deleted_in_reverse() {
            plugins.plugin("second", "\"1.0.0\"", ERROR, "true");

            assertThatThrownBy(() -> network.attach(Pods.plain(ID), NETNS))
                    .isInstanceOf(Fault.class)
                    .hasMessage("network plugin second (ADD) of the pod network pods of pod " + Pods.WEB
                            + " failed: no room; pool is full (CNI error 11, try again later)");
            assertThat(plugins.calls()).containsExactly("ADD first", "ADD second", "DEL second", "DEL first");
            assertThat(plugins.input("first", "DEL").path("prevResult").toString())
                    .isEqualTo(ONE);
        }

        @Test
        void is_quoted_together_with_a_deletion_that_fails_as_well() {
            plugins.plugin("second", "\"1.0.0\"", ERROR, "echo gone wrong >&2; exit 3");

            assertThatThrownBy(() -> network.attach(Pods.plain(ID), NETNS))
                    .hasMessageContaining("no room")
                    .hasMessageContaining("undoing it failed as well")
                    .hasMessageContaining("exit code 3: gone wrong");
            assertThat(plugins.calls()).endsWith("DEL second", "DEL first");
        }

        @Test
        void is_deleted_when_its_answer_has_no_address() {
            plugins.plugin("second", "{\"cniVersion\":\"1.0.0\"}");

            assertThatThrownBy(() -> network.attach(Pods.plain(ID), NETNS)).hasMessageContaining("no IP address");
            assertThat(plugins.calls()).containsExactly("ADD first", "ADD second", "DEL second", "DEL first");
        }

        @Test
        void is_deleted_when_it_takes_too_long() {
            plugins.plugin("second", "\"1.0.0\"", "sleep 1000", "true");
            network = new PodNetwork(plugins.settings(Duration.ofSeconds(2)), new ChildProcesses(4));

            Fault fault = catchThrowableOfType(Fault.class, () -> network.attach(Pods.plain(ID), NETNS));

            assertThat(fault.kind())
                    .isEqualTo(new Fault.Kind.TimedOut(
                            "network plugin second (ADD) of the pod network pods of pod " + Pods.WEB,
                            Duration.ofSeconds(2)));
            assertThat(plugins.calls()).endsWith("DEL second", "DEL first");
        }

        @Test
        void is_deleted_when_the_caller_is_interrupted() throws InterruptedException {
            plugins.plugin("second", "\"1.0.0\"", "sleep 1000", "true");
            BlockingQueue<Fault> thrown = new ArrayBlockingQueue<>(1);
            Thread caller = Thread.ofVirtual()
                    .start(() ->
                            thrown.add(catchThrowableOfType(Fault.class, () -> network.attach(Pods.plain(ID), NETNS))));
            await().until(() -> plugins.calls().contains("ADD second"));

            caller.interrupt();
            caller.join();

            assertThat(thrown.take().kind()).isInstanceOf(Fault.Kind.Cancelled.class);
            assertThat(plugins.calls()).endsWith("DEL second", "DEL first");
        }
    }

    @Nested
    class Detaching {
        @Test
        void runs_the_plugins_in_reverse_with_the_last_result() {
            NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);

            network.detach(Pods.plain(ID), Optional.of(NETNS), Optional.of(attachment));

            assertThat(plugins.calls()).endsWith("DEL second", "DEL first");
            assertThat(plugins.input("first", "DEL").path("prevResult").toString())
                    .isEqualTo(TWO);
            assertThat(plugins.environment("first", "DEL")).containsEntry("CNI_NETNS", NETNS.toString());
        }

        @Test
        void uses_the_configuration_that_attached_not_the_present_one() {
            NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);
            plugins.configured("10-pods.conflist", "{\"cniVersion\":\"1.0.0\",\"name\":\"new\",\"type\":\"portmap\"}");

            network.detach(Pods.plain(ID), Optional.of(NETNS), Optional.of(attachment));

            assertThat(plugins.calls()).endsWith("DEL second", "DEL first");
            assertThat(plugins.input("first", "DEL").path("mtu").asInt()).isEqualTo(1400);
            assertThat(plugins.input("first", "DEL").path("name").asString()).isEqualTo("pods");
        }

        @Test
        void works_without_any_configuration_left_and_with_the_namespace_gone() {
            NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);
            plugins.removeConfiguration("10-pods.conflist");
            NetworkAttachment gone = new NetworkAttachment(
                    attachment.addresses(),
                    attachment.interfaceName(),
                    attachment.configuration(),
                    attachment.result(),
                    directory.resolve("no-such-netns"));

            network.detach(Pods.plain(ID), Optional.empty(), Optional.of(gone));

            assertThat(plugins.environment("first", "DEL")).containsEntry("CNI_NETNS", "");
        }

        @Test
        void tells_plugins_that_a_file_which_is_no_namespace_any_more_is_none() {
            NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);
            NetworkAttachment unmounted = new NetworkAttachment(
                    attachment.addresses(),
                    attachment.interfaceName(),
                    attachment.configuration(),
                    attachment.result(),
                    directory.resolve("calls"));

            network.detach(Pods.plain(ID), Optional.empty(), Optional.of(unmounted));

            assertThat(plugins.environment("second", "DEL")).containsEntry("CNI_NETNS", "");
        }

        @Test
        void goes_on_after_a_plugin_that_fails_and_tells_of_all() {
            NetworkAttachment attachment = network.attach(Pods.plain(ID), NETNS);
            plugins.plugin("second", "\"1.0.0\"", "", "echo one >&2; exit 1")
                    .plugin("first", "\"1.0.0\"", "", "echo two >&2; exit 1");

            assertThatThrownBy(() -> network.detach(Pods.plain(ID), Optional.of(NETNS), Optional.of(attachment)))
                    .hasMessageContaining("exit code 1: one")
                    .hasMessageContaining("exit code 1: two");
        }

        @Test
        void of_what_was_perhaps_begun_uses_the_present_configuration() {
            network.detach(Pods.plain(ID), Optional.of(NETNS), Optional.empty());

            assertThat(plugins.calls()).containsExactly("DEL second", "DEL first");
            assertThat(plugins.input("first", "DEL").has("prevResult")).isFalse();
        }

        @Test
        void of_what_was_perhaps_begun_succeeds_where_no_network_is_configured() {
            plugins.removeConfiguration("10-pods.conflist");

            network.detach(Pods.plain(ID), Optional.of(NETNS), Optional.empty());

            assertThat(plugins.calls()).isEmpty();
        }

        @Test
        void of_what_never_began_does_nothing() {
            network.detach(Pods.plain(ID), Optional.empty(), Optional.empty());

            assertThat(plugins.calls()).isEmpty();
        }
    }

    @Nested
    class Trouble {
        @Test
        void is_none_when_configuration_and_plugins_are_there() {
            assertThat(network.trouble()).isEmpty();
        }

        @Test
        void is_a_missing_plugin() {
            plugins.configured("00-first.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"type\":\"nowhere\"}");

            assertThat(network.trouble().orElseThrow())
                    .contains("network plugin nowhere")
                    .contains(directory.resolve("bin").toString())
                    .contains("install it");
        }

        @Test
        void is_a_missing_configuration_and_ends_when_it_comes() {
            plugins.removeConfiguration("10-pods.conflist");
            assertThat(network.trouble().orElseThrow()).contains("no CNI configuration in " + directory);

            plugins.configured("10-pods.conflist", CHAIN);
            assertThat(network.trouble()).isEmpty();
        }

        @Test
        void is_a_broken_first_file_even_if_the_second_is_whole() {
            plugins.configured("00-broken.conf", "{\n  \"name\": oops\n}");

            assertThat(network.trouble().orElseThrow())
                    .contains("00-broken.conf")
                    .contains("not JSON")
                    .contains("line 2");
        }
    }
}
