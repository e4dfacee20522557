package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.conformance.suite.stream.SpdyClient;
import io.davit.cri.v1.PortForwardRequest;
import io.davit.cri.v1.PortMapping;
import io.davit.cri.v1.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Feature("Ports")
final class PortForwardChecks {
    private static final String PROTOCOL = "portforward.k8s.io";

    private final Workbench bench;

    PortForwardChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "PortForward", says = "A connection to a port of the pod goes both ways over SPDY.")
    void a_port_of_the_pod_is_reached() throws Exception {
        Pod pod = bench.runPod();
        listen(pod, "-p 8080");
        try (SpdyClient client = SpdyClient.connect(url(pod), PROTOCOL)) {
            assertThat(client.version()).isEqualTo(PROTOCOL);
            assertThat(talk(client, 8080, 0)).isEqualTo("echo: hello\n");
        }
    }

    @Test
    @Contract(rpc = "PortForward", says = "A port that is open at the pod's ::1 alone is reached, too.")
    void a_port_at_the_loopback_of_IPv6_is_reached() throws Exception {
        assumeThat(Path.of("/proc/net/if_inet6")).as("IPv6 on this node").exists();
        Pod pod = bench.runPod();
        awaitOpen(pod.run(bench.command("httpd", "-f", "-p", "[::1]:8080")), 8080);
        try (SpdyClient client = SpdyClient.connect(url(pod), PROTOCOL)) {
            assertThat(talk(client, 8080, 0, "GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.");
        }
    }

    @Test
    @Contract(rpc = "PortForward", says = "One session carries many connections.")
    void one_session_carries_many_connections() throws Exception {
        Pod pod = bench.runPod();
        for (int port = 8081; port <= 8083; port++) listen(pod, "-p " + port);
        try (SpdyClient client = SpdyClient.connect(url(pod), PROTOCOL)) {
            for (int i = 0; i < 3; i++) assertThat(talk(client, 8081 + i, i)).isEqualTo("echo: hello\n");
        }
    }

    @Test
    @Contract(rpc = "PortForward", says = "A port nobody listens on is told on its error stream; the session goes on.")
    void a_port_without_a_listener_is_told_and_the_session_goes_on() throws Exception {
        Pod pod = bench.runPod();
        listen(pod, "-p 8080");
        try (SpdyClient client = SpdyClient.connect(url(pod), PROTOCOL)) {
            var error = client.open(Map.of("streamtype", "error", "port", "9", "requestid", "0"));
            error.finish();
            var _ = client.open(Map.of("streamtype", "data", "port", "9", "requestid", "0"));
            assertThat(error.in().readAllText()).contains("9");
            assertThat(talk(client, 8080, 1)).isEqualTo("echo: hello\n");
        }
    }

    @Test
    @Contract(
            rpc = "PortForward",
            says = "For a sandbox that is not there, or not ready, there is no address.",
            aspects = Aspect.REFUSAL)
    void a_stopped_pod_gets_no_address() {
        refused(() -> bench.cri()
                .runtime()
                .portForward(PortForwardRequest.newBuilder()
                        .setPodSandboxId("0".repeat(64))
                        .build()));
        Pod pod = bench.runPod();
        pod.stop();
        refused(() -> url(pod));
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "A host port leads to the pod, until the pod is stopped.",
            fields = {"PortMapping.container_port", "PortMapping.host_port"})
    void a_host_port_leads_to_the_pod_until_it_stops() throws Exception {
        int hostPort = freePort();
        Pod pod = bench.runPod(config -> config.addPortMappings(
                PortMapping.newBuilder().setContainerPort(8080).setHostPort(hostPort)));
        listen(pod, "-p 8080");
        assertThat(bench.await("an answer", () -> ask(hostPort), text -> !text.isEmpty()))
                .isEqualTo("echo: hello\n");
        pod.stop();
        assertThat(ask(hostPort)).isEmpty();
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "A port mapping without a host port publishes nothing.")
    void a_mapping_without_a_host_port_publishes_nothing() {
        Pod pod = bench.runPod(
                config -> config.addPortMappings(PortMapping.newBuilder().setContainerPort(8080)));
        assertThat(pod.status().getNetwork().getIp()).isNotEmpty();
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "A host port with an address is published at that address only.",
            fields = "PortMapping.host_ip")
    void a_host_port_may_have_an_address() throws Exception {
        int hostPort = freePort();
        Pod pod = bench.runPod(config -> config.addPortMappings(PortMapping.newBuilder()
                .setContainerPort(8080)
                .setHostPort(hostPort)
                .setHostIp("127.0.0.2")));
        listen(pod, "-p 8080");
        InetAddress other = InetAddress.getByName("127.0.0.2");
        assertThat(bench.await("an answer", () -> ask(other, hostPort), text -> !text.isEmpty()))
                .isEqualTo("echo: hello\n");
        assertThat(ask(hostPort)).isEmpty();
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "A host port of UDP leads to the pod's port of UDP.",
            fields = "PortMapping.protocol")
    void a_host_port_may_be_one_of_UDP() throws Exception {
        int hostPort = freePort();
        Pod pod = bench.runPod(config -> config.addPortMappings(PortMapping.newBuilder()
                .setProtocol(Protocol.UDP)
                .setContainerPort(5353)
                .setHostPort(hostPort)));
        Container container = pod.run(bench.idle());
        // Nobody listens, so the pod's kernel counts what arrives: the second number of Udp is NoPorts.
        String count = "grep '^Udp: [0-9]' /proc/net/snmp | cut -d' ' -f3";
        int before = Integer.parseInt(container.sh(count));
        try (DatagramSocket socket = new DatagramSocket()) {
            var datagram = new DatagramPacket(new byte[] {1}, 1, InetAddress.getLoopbackAddress(), hostPort);
            bench.await(
                    "a datagram to arrive",
                    () -> {
                        socket.send(datagram);
                        return Integer.parseInt(container.sh(count));
                    },
                    now -> now > before);
        }
        assertThat(ask(hostPort)).as("TCP at the same port").isEmpty();
    }

    /** A listener that takes one connection after another and answers each line. */
    private void listen(Pod pod, String options) {
        Container container = pod.run(bench.script(
                "echo ready; while :; do nc -l " + options + " -e sh -c 'read line; echo echo: $line'; done"));
        bench.await("the listener", () -> container.logged("stdout"), text -> text.startsWith("ready\n"));
        awaitOpen(container, Integer.parseInt(options.replaceFirst(".*-p ", "")));
    }

    private void awaitOpen(Container container, int port) {
        String hex = "%04X".formatted(port);
        bench.await(
                "port " + port + " to be open",
                () -> container.sh("cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; true"),
                text -> text.contains(":" + hex + " "));
    }

    private static String talk(SpdyClient client, int port, int request) throws IOException, InterruptedException {
        return talk(client, port, request, "hello\n");
    }

    private static String talk(SpdyClient client, int port, int request, String text)
            throws IOException, InterruptedException {
        Map<String, String> common =
                Map.of("port", String.valueOf(port), "requestid", String.valueOf(request), "streamtype", "error");
        var error = client.open(common);
        error.finish();
        Map<String, String> data = new java.util.HashMap<>(common);
        data.put("streamtype", "data");
        var stream = client.open(data);
        stream.write(text);
        String answer = stream.in().readAllText();
        assertThat(error.in().readAllText()).as("what the error stream says").isEmpty();
        return answer;
    }

    private String url(Pod pod) {
        return bench.cri()
                .runtime()
                .portForward(PortForwardRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .build())
                .getUrl();
    }

    /** The answer at a port of this host; "" if there is none. */
    private static String ask(int port) {
        return ask(InetAddress.getLoopbackAddress(), port);
    }

    private static String ask(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
