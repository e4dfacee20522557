package io.davit.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.PortMapping;
import io.davit.core.domain.PortMapping.Protocol;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugins bridge, host-local, portmap and bandwidth of the machine, on a namespace, bridge and subnet of ours. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class RealPluginsTest {
    private static final String BRIDGE = "davit-net0";
    private static final int HOST_PORT = 18_063;

    private final ChildProcesses processes = new ChildProcesses(4);
    private final SandboxId id = SandboxId.random(new Random());
    private final SandboxSpec pod =
            Pods.pod(id, Pods.WEB, List.of(new PortMapping(Protocol.TCP, 80, HOST_PORT, "")), Map.of());

    @TempDir
    private Path directory;

    private Path netns;
    private PodNetwork network;

    @BeforeEach
    void a_namespace_and_a_network_of_our_own() throws IOException {
        netns = Files.createFile(directory.resolve("netns"));
        run("unshare", "--net=" + netns, "true");
        configure(true);
        network = new PodNetwork(
                new NetworkSettings(
                        directory,
                        List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni")),
                        AddressPreference.CNI,
                        Duration.ofSeconds(30)),
                processes);
    }

    private void configure(boolean ipMasq) throws IOException {
        Files.writeString(
                directory.resolve("10-davit-net.conflist"), """
                {"cniVersion": "1.1.0", "name": "davit-net", "plugins": [
                  {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": %s, "ipam": {
                    "type": "host-local", "dataDir": "%s", "ranges": [
                      [{"subnet": "10.63.0.0/16"}], [{"subnet": "fd63::/64"}]]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}},
                  {"type": "bandwidth", "capabilities": {"bandwidth": true}}]}
                """.formatted(BRIDGE, ipMasq, directory.resolve("leases")));
    }

    @AfterEach
    void nothing_stays() {
        run("umount", netns.toString());
        run("ip", "link", "delete", BRIDGE);
    }

    @Test
    void a_pod_gets_addresses_and_its_port_and_leaves_nothing_behind() throws IOException {
        NetworkAttachment attachment = network.attach(pod, netns);

        List<InetAddress> addresses = attachment.addresses();
        assertThat(addresses).hasSize(2);
        assertThat(addresses.getFirst().getHostAddress()).startsWith("10.63.");
        assertThat(attachment.configuration()).startsWith("{\"cniVersion\":\"1.0.0\"");
        assertThat(inside("ip", "-brief", "address", "show", "eth0"))
                .contains(addresses.getFirst().getHostAddress())
                .contains("fd63::");
        assertThat(leases()).hasSize(2);
        assertThat(rules()).contains(id.value()).contains(Integer.toString(HOST_PORT));

        network.detach(pod, Optional.of(netns), Optional.of(attachment));
        assertNothingIsLeft();

        network.detach(pod, Optional.of(netns), Optional.of(attachment));
    }

    @Test
    void a_pod_whose_namespace_has_gone_leaves_nothing_behind() throws IOException {
        // With ipMasq its rules would stay: bridge finds them by the addresses inside the namespace (plugins 1.1.1).
        configure(false);
        NetworkAttachment attachment = network.attach(pod, netns);
        run("umount", netns.toString());

        network.detach(pod, Optional.of(netns), Optional.of(attachment));

        assertNothingIsLeft();
        run("unshare", "--net=" + netns, "true");
    }

    @Test
    void a_pod_that_was_perhaps_attached_leaves_nothing_behind() throws IOException {
        NetworkAttachment _ = network.attach(pod, netns);

        network.detach(pod, Optional.of(netns), Optional.empty());

        assertNothingIsLeft();
    }

    @Test
    void a_second_attachment_of_the_same_pod_fails_with_the_plugins_words() {
        NetworkAttachment attachment = network.attach(pod, netns);

        assertThatThrownBy(() -> network.attach(pod, netns))
                .hasMessageContaining("network plugin bridge (ADD)")
                .hasMessageContaining("eth0");

        network.detach(pod, Optional.of(netns), Optional.of(attachment));
    }

    /**
     * A flow that the kernel knows goes on to where it went, whatever the rules say by then; UDP has no end that would make
     * it forget. The plugin portmap lets it forget when it adds a port (since plugins 0.9).
     */
    @Test
    void a_udp_port_that_passes_to_another_pod_takes_its_flows_along() throws IOException {
        List<PortMapping> port = List.of(new PortMapping(Protocol.UDP, 53, HOST_PORT, ""));
        SandboxSpec first = Pods.pod(id, Pods.WEB, port, Map.of());
        SandboxSpec second = Pods.pod(SandboxId.random(new Random()), Pods.WEB, port, Map.of());
        NetworkAttachment attachment = network.attach(first, netns);
        String flow = "dst=10.63.0.1 sport=50053 dport=" + HOST_PORT;
        try (DatagramSocket client = new DatagramSocket(50053)) {
            client.send(new DatagramPacket(new byte[1], 1, InetAddress.ofLiteral("10.63.0.1"), HOST_PORT));
        }
        assertThat(flows()).contains(flow);

        network.detach(first, Optional.of(netns), Optional.of(attachment));
        NetworkAttachment next = network.attach(second, netns);

        assertThat(flows()).doesNotContain(flow);
        network.detach(second, Optional.of(netns), Optional.of(next));
    }

    @Test
    void limits_of_bandwidth_hold_for_both_directions_and_go_with_the_pod() {
        SandboxSpec limited = Pods.pod(
                id,
                Pods.WEB,
                List.of(),
                Map.of("kubernetes.io/ingress-bandwidth", "10M", "kubernetes.io/egress-bandwidth", "5M"));

        NetworkAttachment attachment = network.attach(limited, netns);

        assertThat(run("tc", "qdisc", "show")).contains("rate 10Mbit").contains("rate 5Mbit");
        network.detach(limited, Optional.of(netns), Optional.of(attachment));
        assertThat(run("tc", "qdisc", "show")).doesNotContain("tbf");
    }

    private static String flows() throws IOException {
        return Files.readString(Path.of("/proc/net/nf_conntrack"));
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(run("ip", "-brief", "link", "show", "master", BRIDGE)).isEmpty();
        assertThat(leases()).isEmpty();
        assertThat(rules()).doesNotContain(id.value()).doesNotContain(Integer.toString(HOST_PORT));
    }

    /** host-local keeps a file per address, besides a lock and what it gave last. */
    private List<String> leases() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("leases/davit-net"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".") || name.contains(":"))
                    .filter(name -> !name.startsWith("last_reserved_ip"))
                    .toList();
        }
    }

    private String rules() {
        return run("iptables-save", "-t", "nat") + run("ip6tables-save", "-t", "nat");
    }

    private String inside(String... arguments) {
        return run(Stream.concat(Stream.of("nsenter", "--net=" + netns), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private String run(String... arguments) {
        CommandResult result = processes.run(Command.of(Duration.ofSeconds(30), arguments));
        assertThat(result.succeeded())
                .as("%s: %s", List.of(arguments), result.complaint())
                .isTrue();
        return result.stdoutText();
    }
}
