package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.backend.oci.namespaces.PidNamespaceHolder;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a container shares with its pod and with the node. */
class NamespacesInsideTest extends InsideContainers {
    @Test
    void containers_of_a_pod_share_its_pid_namespace_and_orphans_are_reaped() {
        SandboxSpec sandbox =
                engine.sandbox(spec -> Specs.namespaces(spec, NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD));
        ContainerSecurity shared = new Specs.Security().pid(NamespaceMode.POD).build();
        ContainerSpec first =
                engine.run(sandbox, Specs.security(engine.container(sandbox, List.of("sleep", "1234")), shared));
        ContainerSpec second = engine.run(
                sandbox,
                Specs.security(
                        engine.container(sandbox, List.of("sh", "-c", "(sleep 0.1 &) ; exec sleep 4321")), shared));

        assertThat(engine.exec(second, "ps", "-o", "pid,args")).contains("davit-holder-", "sleep 1234", "sleep 4321");
        await().untilAsserted(() ->
                assertThat(engine.exec(first, "ps", "-o", "stat,args")).doesNotContain("Z"));
        assertThat(engine.exec(first, "sh", "-c", "ls /proc/1/root/ 2>&1 | head -1"))
                .doesNotContain("home");
    }

    @Test
    void what_a_first_process_leaves_behind_in_a_shared_pid_namespace_is_ended_with_it() {
        SandboxSpec sandbox =
                engine.sandbox(spec -> Specs.namespaces(spec, NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD));
        ContainerSecurity shared = new Specs.Security().pid(NamespaceMode.POD).build();
        ContainerSpec watcher =
                engine.run(sandbox, Specs.security(engine.container(sandbox, List.of("sleep", "1234")), shared));
        ContainerSpec brief = engine.run(
                sandbox, Specs.security(engine.container(sandbox, List.of("sh", "-c", "sleep 777 & exit 3")), shared));

        assertThat(engine.awaitExit(brief).code()).isEqualTo(3);

        await().untilAsserted(() ->
                assertThat(engine.exec(watcher, "ps", "-o", "args")).doesNotContain("sleep 777"));
    }

    @Test
    void the_death_of_a_holder_is_the_death_of_its_sandbox() throws Exception {
        SandboxSpec sandbox =
                engine.sandbox(spec -> Specs.namespaces(spec, NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD));
        assertThat(engine.backend().observer().sightings()).contains(new Sighting.LiveSandbox(sandbox.id()));

        PidNamespaceHolder.find(sandbox.id()).forEach(PidNamespaceHolder::kill);

        assertThat(engine.backend().observer().sightings()).singleElement().isInstanceOf(Sighting.DeadSandbox.class);
    }

    @Test
    void host_namespaces_are_the_hosts() throws IOException {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.namespaces(spec, NamespaceMode.NODE, NamespaceMode.NODE, NamespaceMode.NODE));
        ContainerSecurity host = new Specs.Security()
                .pid(NamespaceMode.NODE)
                .ipc(NamespaceMode.NODE)
                .build();

        String seen = engine.output(
                sandbox,
                spec -> Specs.security(spec, host),
                "for n in net uts ipc pid; do readlink /proc/self/ns/$n; done; hostname; cat /etc/hostname");

        String hostname = Files.readString(Path.of("/etc/hostname")).strip();
        assertThat(seen.lines().toList())
                .containsExactly(own("net"), own("uts"), own("ipc"), own("pid"), hostname, hostname);
    }

    private static String own(String namespace) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString();
    }

    @Test
    void a_container_can_have_ipc_and_shm_of_its_own() {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSpec pod = engine.run(sandbox, engine.container(sandbox, List.of("sleep", "1000")));
        engine.exec(pod, "touch", "/dev/shm/of-the-pod");

        String shared = engine.output(sandbox, UnaryOperator.identity(), "ls /dev/shm");
        String alone = engine.output(
                sandbox,
                spec -> Specs.security(
                        spec, new Specs.Security().ipc(NamespaceMode.CONTAINER).build()),
                "ls /dev/shm; grep -c ' /dev/shm ' /proc/mounts");

        assertThat(shared).isEqualTo("of-the-pod");
        assertThat(alone).isEqualTo("1");
    }

    @Test
    void sysctls_of_the_pod_are_set_and_those_of_the_host_refused() {
        SandboxSpec sandbox = engine.sandbox(spec -> Specs.sysctls(
                spec, Map.of("net.ipv4.ip_local_port_range", "2000 3000", "kernel.shm_rmid_forced", "1")));

        String seen = engine.output(
                sandbox,
                UnaryOperator.identity(),
                "cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/kernel/shm_rmid_forced"
                        + " /proc/sys/net/ipv4/ip_unprivileged_port_start");

        assertThat(seen).isEqualTo("2000\t3000\n1\n0");
        assertThatThrownBy(() -> engine.sandbox(spec -> Specs.sysctls(spec, Map.of("vm.swappiness", "1"))))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("vm.swappiness");
    }
}
