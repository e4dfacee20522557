package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods whose root is nobody on the host. */
class UserNamespacesInsideTest extends ImagesInsideContainers {
    private static final IdMapping MAPPING = new IdMapping(200_000, 0, 65_536);

    private SandboxSpec sandbox(String handler, NamespaceMode network, NamespaceMode pid) {
        return engine.sandbox(spec -> Specs.handler(spec, handler, namespaces(network, pid)));
    }

    private static Namespaces namespaces(NamespaceMode network, NamespaceMode pid) {
        Namespaces.UserNamespace user =
                new Namespaces.UserNamespace(NamespaceMode.POD, List.of(MAPPING), List.of(MAPPING));
        return new Namespaces(network, pid, NamespaceMode.POD, Optional.empty(), Optional.of(user));
    }

    private static Mount volume(Path source, String target, boolean readonly, List<IdMapping> mappings) {
        return new Mount(
                target,
                new Mount.Source.HostPath(source.toString()),
                readonly,
                false,
                false,
                Mount.Propagation.PRIVATE,
                mappings,
                mappings,
                List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void root_inside_is_somebody_else_outside_and_owns_its_files(String handler) throws IOException {
        SandboxSpec sandbox = sandbox(handler, NamespaceMode.POD, NamespaceMode.CONTAINER);
        ContainerSpec container = engine.run(sandbox, engine.container(sandbox, List.of("sleep", "1000")));

        assertThat(engine.exec(container, "sh", "-c", "cat /proc/self/uid_map /proc/self/gid_map; id -u"))
                .matches("\\s*0\\s+200000\\s+65536\\s+0\\s+200000\\s+65536\\s+0");
        assertThat(engine.exec(
                        container,
                        "sh",
                        "-c",
                        "stat -c '%u:%g' / /bin /bin/busybox /etc/hosts /etc/resolv.conf /dev/shm; touch /new /dev/shm/x"
                                + " && stat -c %u /new /dev/shm/x; echo 1.2.3.4 a >> /etc/hosts && echo written"))
                .isEqualTo("0:0\n0:0\n0:0\n0:0\n0:0\n0:0\n0\n0\nwritten");
        Sighting seen = engine.backend().observer().sighting(container.id()).orElseThrow();
        long pid = ((Sighting.RunningContainer) seen).pid();
        assertThat(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid")).isEqualTo(200_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_pod_with_one_pid_namespace_owns_it_and_cannot_see_the_host_through_its_first_process(String handler) {
        SandboxSpec sandbox = sandbox(handler, NamespaceMode.POD, NamespaceMode.POD);

        String seen = engine.output(
                sandbox,
                secure(new Specs.Security()
                        .pid(NamespaceMode.POD)
                        .capabilities(List.of("CAP_SYS_PTRACE", "CAP_SYS_ADMIN"), List.of(), List.of())),
                "ps -o pid,args | grep -c 'davit-holder-[0-9a-f]'; ls /proc/1/root/host | wc -l;"
                        + " ls /proc/1/root/etc/passwd 2>/dev/null || echo nothing; grep CapBnd /proc/1/status");

        assertThat(seen).isEqualTo("1\n0\nnothing\nCapBnd:\t0000000000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_pod_on_the_host_network_sees_sys_all_the_same(String handler) {
        SandboxSpec sandbox = sandbox(handler, NamespaceMode.NODE, NamespaceMode.CONTAINER);

        assertThat(engine.output(sandbox, UnaryOperator.identity(), "ls -d /sys/class/net/lo; mkdir /sys/x 2>&1"))
                .startsWith("/sys/class/net/lo\nmkdir: can't create directory '/sys/x':");
    }

    /** As where a driver lies in a container of its own: the node has another name on the host than inside. */
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_device_of_a_vendor_is_there_under_the_name_it_has_inside(String handler) throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("cdi")).resolve("vendor.yaml"), """
                cdiVersion: "0.7.0"
                kind: vendor.com/toy
                devices:
                  - name: one
                    containerEdits:
                      deviceNodes: [{path: /dev/toy, hostPath: /dev/fuse}]
                """);
        SandboxSpec sandbox = sandbox(handler, NamespaceMode.POD, NamespaceMode.CONTAINER);

        assertThat(engine.output(sandbox, spec -> Specs.cdi(spec, "vendor.com/toy=one"), "stat -c '%F %t:%T' /dev/toy"))
                .isEqualTo("character special file a:e5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void volumes_show_the_owners_that_the_kubelet_asks_for(String handler) throws IOException {
        Path volume = Files.createDirectories(root.resolve("volume"));
        Files.writeString(volume.resolve("file"), "content");
        Path file = Files.writeString(root.resolve("single"), "single\n");
        SandboxSpec sandbox = sandbox(handler, NamespaceMode.POD, NamespaceMode.CONTAINER);

        String seen = engine.output(
                sandbox,
                spec -> Specs.mounts(
                        spec,
                        volume(volume, "/mapped", false, List.of(MAPPING)),
                        volume(volume, "/unmapped", false, List.of()),
                        volume(file, "/single", true, List.of(MAPPING)),
                        volume(Path.of("/dev/shm"), "/locked", true, List.of())),
                "stat -c %u /mapped /mapped/file /unmapped/file /single; echo more > /mapped/new; cat /single;"
                        + " touch /locked/x 2>&1 | grep -c Read-only");

        assertThat(seen).isEqualTo("0\n0\n65534\n0\nsingle\n1");
        assertThat(Files.getAttribute(volume.resolve("new"), "unix:uid")).isEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource({"runc,POD", "crun,POD", "runc,NODE", "crun,NODE"})
    void a_privileged_container_has_power_over_its_pod_alone(String handler, NamespaceMode network) {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.privileged(Specs.handler(spec, handler, namespaces(network, NamespaceMode.CONTAINER))));

        String seen = engine.output(
                sandbox,
                secure(new Specs.Security().privileged()),
                "ls /dev/kmsg /dev/tty /dev/null; mkdir /x && mount -t tmpfs none /x && echo mounted;"
                        + " grep ' /sys ' /proc/mounts | cut -d' ' -f4 | cut -d, -f1;"
                        + " (echo x >/proc/sys/kernel/core_pattern) 2>/dev/null || echo refused");

        assertThat(seen.lines().toList())
                .containsExactly("/dev/kmsg", "/dev/null", "/dev/tty", "mounted", "rw", "refused");
    }

    @Test
    void parameters_of_the_pods_namespaces_are_set() {
        SandboxSpec sandbox = engine.sandbox(spec -> Specs.sysctls(
                Specs.handler(spec, "runc", namespaces(NamespaceMode.POD, NamespaceMode.CONTAINER)),
                Map.of("net.ipv4.ip_local_port_range", "2000 3000", "kernel.shm_rmid_forced", "1")));

        assertThat(engine.output(
                        sandbox,
                        UnaryOperator.identity(),
                        "cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/kernel/shm_rmid_forced"
                                + " /proc/sys/net/ipv4/ip_unprivileged_port_start; hostname"))
                .isEqualTo("2000\t3000\n1\n0\npod");
    }

    @Test
    void a_working_directory_that_is_missing_is_made_for_root_of_the_pod() {
        SandboxSpec sandbox = sandbox("runc", NamespaceMode.POD, NamespaceMode.CONTAINER);

        assertThat(engine.output(sandbox, spec -> Specs.workingDirectory(spec, "/made/for/it"), "pwd; stat -c %u . .."))
                .isEqualTo("/made/for/it\n0\n0");
    }

    @Test
    void a_user_beyond_the_mapping_is_refused_by_name() {
        SandboxSpec sandbox = sandbox("runc", NamespaceMode.POD, NamespaceMode.CONTAINER);

        assertThatThrownBy(
                        () -> engine.output(sandbox, secure(new Specs.Security().runAs(new RunAs.Uid(70_000))), "true"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("run_as_user: 70000");
    }

    @Test
    void the_hosts_pid_namespace_cannot_be_had_with_a_user_namespace() {
        assertThatThrownBy(() -> sandbox("runc", NamespaceMode.POD, NamespaceMode.NODE))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("namespace_options.pid");
    }
}
