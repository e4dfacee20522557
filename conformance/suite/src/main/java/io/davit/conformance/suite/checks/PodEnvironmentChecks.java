package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.DNSConfig;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.NamespaceOption;
import io.davit.cri.v1.PodSandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@Feature("Configuration: the pod")
final class PodEnvironmentChecks {
    private final Workbench bench;

    PodEnvironmentChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "The host name is the pod's, and stands in /etc/hostname.",
            fields = "PodSandboxConfig.hostname")
    void the_host_name_is_the_pods() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        assertThat(container.sh("hostname; cat /etc/hostname").lines().toList())
                .containsExactly(pod.config().getHostname(), pod.config().getHostname());
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "resolv.conf has the servers, searches and options of the request, and no more.",
            fields = {"DNSConfig.servers", "DNSConfig.searches", "DNSConfig.options"})
    void the_resolver_is_configured_as_asked() {
        Pod pod = bench.runPod(config -> config.setDnsConfig(DNSConfig.newBuilder()
                .addServers("192.0.2.53")
                .addServers("2001:db8::53")
                .addSearches("one.example")
                .addSearches("two.example")
                .addOptions("ndots:5")
                .addOptions("edns0")));
        assertThat(pod.run(bench.idle()).sh("cat /etc/resolv.conf").lines().toList())
                .containsExactlyInAnyOrder(
                        "search one.example two.example",
                        "nameserver 192.0.2.53",
                        "nameserver 2001:db8::53",
                        "options ndots:5 edns0");
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "Without a DNS configuration the host's resolv.conf is the pod's.")
    void without_a_dns_configuration_the_hosts_is_there() throws IOException {
        Path host = Path.of("/etc/resolv.conf");
        String expected = Files.exists(host) ? Files.readString(host).strip() : "";
        assertThat(bench.runPod().run(bench.idle()).sh("cat /etc/resolv.conf").strip())
                .isEqualTo(expected);
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "An empty DNS configuration gives an empty resolv.conf, not the host's.")
    void an_empty_dns_configuration_gives_an_empty_file() {
        Pod pod = bench.runPod(config -> config.setDnsConfig(DNSConfig.getDefaultInstance()));
        assertThat(pod.run(bench.idle()).sh("cat /etc/resolv.conf")).isEmpty();
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "Sysctls of the pod's namespaces are set, for every container.",
            fields = "LinuxPodSandboxConfig.sysctls")
    void sysctls_are_set() {
        Pod pod = bench.runPod(config -> {
            config.getLinuxBuilder().putSysctls("kernel.shm_rmid_forced", "1");
            config.getLinuxBuilder().putSysctls("net.ipv4.ip_local_port_range", "20000 21000");
            return config;
        });
        Container container = pod.run(bench.idle());
        assertThat(container.sh("cat /proc/sys/kernel/shm_rmid_forced")).isEqualTo("1");
        assertThat(container.sh("cat /proc/sys/net/ipv4/ip_local_port_range").split("\\s+"))
                .containsExactly("20000", "21000");
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "A sysctl that does not exist is refused.")
    void an_unknown_sysctl_is_refused() {
        refused(() -> bench.runPod(config -> {
            config.getLinuxBuilder().putSysctls("net.no.such.switch", "1");
            return config;
        }));
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "A pod has a network namespace of its own, shared by its containers.",
            fields = "NamespaceOption.network")
    void containers_of_a_pod_share_its_network() {
        Pod pod = bench.runPod();
        Container one = pod.run(bench.idle());
        Container two = pod.run(bench.idle());
        String network = namespace(one, "net");
        assertThat(namespace(two, "net")).isEqualTo(network).isNotEqualTo(ours("net"));
        assertThat(namespace(bench.runPod().run(bench.idle()), "net")).isNotEqualTo(network);
        assertThat(one.sh("ip -o addr"))
                .contains(pod.status().getNetwork().getIp())
                .contains(" lo ");
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "Network mode NODE is the host's namespace.",
            fields = "NamespaceOption.network")
    void a_pod_may_be_on_the_hosts_network() {
        Pod pod = bench.runPod(config -> {
            options(config, option -> option.setNetwork(NamespaceMode.NODE));
            return config.clearHostname();
        });
        Container container = pod.run(options(bench.idle(), option -> option.setNetwork(NamespaceMode.NODE)));
        assertThat(namespace(container, "net")).isEqualTo(ours("net"));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Process namespace by container: its process is number 1, and it sees no other.",
            fields = "NamespaceOption.pid")
    void a_container_has_its_own_processes() {
        Pod pod = bench.runPod();
        Container one = pod.run(bench.idle());
        Container two = pod.run(bench.command("sleep", "31416"));
        assertThat(namespace(one, "pid")).isNotEqualTo(namespace(two, "pid"));
        assertThat(two.sh("cat /proc/1/cmdline | tr '\\0' ' '")).contains("31416");
        assertThat(one.sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).doesNotContain("31416");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Process namespace of the pod: its containers see each other's processes.",
            fields = {
                "NamespaceOption.pid",
                "LinuxContainerSecurityContext.namespace_options",
                "LinuxSandboxSecurityContext.namespace_options"
            })
    void containers_of_a_pod_may_share_processes() {
        Pod pod = bench.runPod(config -> {
            options(config, option -> option.setPid(NamespaceMode.POD));
            return config;
        });
        Consumer<NamespaceOption.Builder> shared = option -> option.setPid(NamespaceMode.POD);
        Container one = pod.run(options(bench.idle(), shared));
        Container two = pod.run(options(bench.command("sleep", "31417"), shared));
        assertThat(namespace(one, "pid")).isEqualTo(namespace(two, "pid")).isNotEqualTo(ours("pid"));
        assertThat(one.sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).contains("31417");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Process namespace of the node: the container sees the host's processes.",
            fields = "NamespaceOption.pid")
    void a_container_may_be_in_the_hosts_process_namespace() {
        Pod pod = bench.runPod(config -> {
            options(config, option -> option.setPid(NamespaceMode.NODE));
            return config;
        });
        Container container = pod.run(options(bench.idle(), option -> option.setPid(NamespaceMode.NODE)));
        assertThat(namespace(container, "pid")).isEqualTo(ours("pid"));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Process namespace of a target: the container joins that container's.",
            fields = {"NamespaceOption.pid", "NamespaceOption.target_id"})
    void a_container_may_join_the_processes_of_another() {
        Pod pod = bench.runPod();
        Container target = pod.run(bench.command("sleep", "31418"));
        Container guest = pod.run(options(
                bench.idle(), option -> option.setPid(NamespaceMode.TARGET).setTargetId(target.id())));
        assertThat(guest.sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).contains("31418");
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A target that is not in the pod is refused.")
    void a_target_outside_of_the_pod_is_refused() {
        Container stranger = bench.runPod().run(bench.idle());
        Pod pod = bench.runPod();
        refused(() -> pod.create(options(
                        bench.idle(),
                        option -> option.setPid(NamespaceMode.TARGET).setTargetId(stranger.id())))
                .start());
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "IPC namespace and /dev/shm are the pod's, shared by its containers.",
            fields = "NamespaceOption.ipc")
    void containers_of_a_pod_share_memory() {
        Pod pod = bench.runPod();
        Container one = pod.run(bench.idle());
        Container two = pod.run(bench.idle());
        assertThat(namespace(one, "ipc")).isEqualTo(namespace(two, "ipc")).isNotEqualTo(ours("ipc"));
        var _ = one.sh("echo hello > /dev/shm/file");
        assertThat(two.sh("cat /dev/shm/file")).isEqualTo("hello");
        assertThat(two.sh("stat -c %a /dev/shm")).isEqualTo("1777");
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "The UTS namespace is the pod's, shared by its containers.")
    void containers_of_a_pod_share_the_host_name() {
        Pod pod = bench.runPod();
        Container one = pod.run(bench.idle());
        Container two = pod.run(bench.idle());
        assertThat(namespace(one, "uts")).isEqualTo(namespace(two, "uts")).isNotEqualTo(ours("uts"));
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "IPC mode NODE is the host's namespace.", fields = "NamespaceOption.ipc")
    void a_pod_may_be_in_the_hosts_ipc_namespace() {
        Pod pod = bench.runPod(config -> {
            options(config, option -> option.setIpc(NamespaceMode.NODE));
            return config;
        });
        Container container = pod.run(options(bench.idle(), option -> option.setIpc(NamespaceMode.NODE)));
        assertThat(namespace(container, "ipc")).isEqualTo(ours("ipc"));
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "Namespaces of the node are left as they are: mounts and users too.")
    void a_container_has_its_own_mounts_and_the_hosts_users() {
        Container container = bench.runPod().run(bench.idle());
        assertThat(namespace(container, "mnt")).isNotEqualTo(ours("mnt"));
        assertThat(namespace(container, "user")).isEqualTo(ours("user"));
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "Pods reach each other under the addresses of their status.")
    void pods_reach_each_other() {
        Pod server = bench.runPod();
        Container listener = server.run(bench.script("echo ready; echo hello | nc -l -p 8080; sleep 600"));
        bench.await("the listener", () -> listener.logged("stdout"), "ready\n"::equals);
        Container client = bench.runPod().run(bench.idle());
        String address = server.status().getNetwork().getIp();
        assertThat(bench.await(
                        "an answer from " + address,
                        () -> client.exec("sh", "-c", "nc " + address + " 8080 < /dev/null")
                                .stdout(),
                        text -> !text.isEmpty()))
                .isEqualTo("hello\n");
    }

    private static String namespace(Container container, String type) {
        return container.sh("readlink /proc/1/ns/" + type + " 2>/dev/null || readlink /proc/self/ns/" + type);
    }

    private static String ours(String type) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/" + type)).toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void options(PodSandboxConfig.Builder config, Consumer<NamespaceOption.Builder> change) {
        change.accept(config.getLinuxBuilder().getSecurityContextBuilder().getNamespaceOptionsBuilder());
    }

    private static ContainerConfig.Builder options(
            ContainerConfig.Builder config, Consumer<NamespaceOption.Builder> change) {
        return ProcessChecks.with(config, security -> change.accept(security.getNamespaceOptionsBuilder()));
    }
}
