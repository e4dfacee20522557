package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Device;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SecurityProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container may do. */
class PrivilegesInsideTest extends InsideContainers {
    @Test
    void capabilities_are_the_usual_ones_with_the_changes_asked_for() {
        String usual = withSecurity(new Specs.Security(), "grep CapEff /proc/self/status");
        String changed = withSecurity(
                new Specs.Security().capabilities(List.of("CAP_NET_ADMIN"), List.of("ALL"), List.of()),
                "grep -E 'Cap(Inh|Eff|Amb)' /proc/self/status");

        assertThat(usual).isEqualTo("CapEff:\t00000000a80425fb");
        assertThat(changed)
                .isEqualTo("CapInh:\t0000000000000000\nCapEff:\t0000000000001000\nCapAmb:\t0000000000000000");
    }

    @Test
    void ambient_capabilities_reach_a_user_who_is_not_root() {
        String seen = withSecurity(
                new Specs.Security()
                        .runAs(new RunAs.Uid(1000))
                        .capabilities(List.of(), List.of(), List.of("CAP_NET_BIND_SERVICE")),
                "grep CapEff /proc/self/status");

        assertThat(seen).isEqualTo("CapEff:\t0000000000000400");
    }

    @Test
    void a_privileged_container_has_what_the_daemon_has_and_the_devices_of_the_host() throws IOException {
        SandboxSpec sandbox = engine.sandbox(Specs::privileged);
        ContainerSecurity privileged =
                new Specs.Security().privileged().masked("/proc/kcore").build();

        String seen = engine.output(
                sandbox,
                spec -> Specs.security(spec, privileged),
                "grep CapEff /proc/self/status; ls -d /dev/kmsg; mkdir /proc/none 2>/dev/null; mkdir /sys/fs/cgroup/x"
                        + " 2>&1 | grep -c 'Read-only'");

        String own = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff"))
                .findFirst()
                .orElseThrow();
        assertThat(seen).startsWith(own + "\n/dev/kmsg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_device_that_is_asked_for_takes_the_place_of_the_hosts_in_a_privileged_container(String handler) {
        SandboxSpec sandbox = engine.sandbox(spec ->
                Specs.handler(Specs.privileged(spec), handler, spec.security().namespaces()));
        ContainerSecurity privileged = new Specs.Security().privileged().build();

        String seen = engine.output(
                sandbox,
                spec -> Specs.devices(Specs.security(spec, privileged), new Device("/dev/kmsg", "/dev/full", "rw")),
                "stat -c %t:%T /dev/kmsg");

        assertThat(seen).isEqualTo("1:7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_privileged_container_can_write_to_sys_even_if_another_one_came_first(String handler) {
        SandboxSpec sandbox = engine.sandbox(spec ->
                Specs.handler(Specs.privileged(spec), handler, spec.security().namespaces()));
        ContainerSpec first = engine.run(sandbox, engine.container(sandbox, List.of("sleep", "1000")));
        String write = "echo 1234 >/sys/class/net/lo/tx_queue_len; cat /sys/class/net/lo/tx_queue_len";

        assertThat(engine.exec(first, "sh", "-c", write)).contains("Read-only file system");
        assertThat(engine.output(sandbox, secure(new Specs.Security().privileged()), write))
                .isEqualTo("1234");
    }

    @Test
    void a_privileged_container_needs_a_privileged_sandbox() {
        assertThatThrownBy(() -> withSecurity(new Specs.Security().privileged(), "true"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("privileged");
    }

    @Test
    void no_new_privileges_is_set_where_asked_for() {
        assertThat(withSecurity(new Specs.Security().noNewPrivileges(), "grep NoNewPrivs /proc/self/status"))
                .endsWith("1");
        assertThat(withSecurity(new Specs.Security(), "grep NoNewPrivs /proc/self/status"))
                .endsWith("0");
    }

    @Test
    void paths_are_masked_and_read_only_as_listed_and_no_others() {
        String seen = withSecurity(
                new Specs.Security().masked("/proc/interrupts", "/no/such").readonlyPaths("/proc/sys"),
                "stat -c %F /proc/interrupts /proc/meminfo; touch /proc/sys/kernel/hostname 2>&1");

        assertThat(seen.lines().toList())
                .containsExactly(
                        "character special file",
                        "regular empty file",
                        "touch: /proc/sys/kernel/hostname: Read-only file system");
    }

    @Test
    void a_read_only_root_keeps_shm_and_declared_volumes_writable() {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSecurity readonly = new Specs.Security().readonly().build();

        String seen = engine.output(
                sandbox,
                spec -> Specs.volumes(Specs.security(spec, readonly), "/data"),
                "touch /x 2>&1; touch /etc/hosts 2>&1; touch /data/a && touch /dev/shm/b && echo both");

        assertThat(seen.lines().toList())
                .containsExactly(
                        "touch: /x: Read-only file system", "touch: /etc/hosts: Read-only file system", "both");
    }

    @Test
    void seccomp_is_there_when_asked_for_and_else_not() {
        String script = "grep Seccomp: /proc/self/status; busybox unshare -U true 2>/dev/null; echo $?";

        assertThat(withSecurity(new Specs.Security(), script)).isEqualTo("Seccomp:\t0\n0");
        assertThat(withSecurity(new Specs.Security().seccomp(new SecurityProfile.RuntimeDefault()), script))
                .isEqualTo("Seccomp:\t2\n1");
    }

    @Test
    void a_seccomp_profile_of_the_node_is_applied() throws IOException {
        Path profile = Files.writeString(root.resolve("profile.json"), """
                {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                  {"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":121},
                  {"names":["symlink","symlinkat"],"action":"SCMP_ACT_ERRNO","excludes":{"caps":["CAP_CHOWN"]}}]}
                """);

        String seen = withSecurity(
                new Specs.Security().seccomp(new SecurityProfile.Localhost(profile.toString())),
                "mkdir /x 2>&1; ln -s a /b 2>/dev/null || busybox ln -s a /b && readlink /b");

        assertThat(seen).isEqualTo("mkdir: can't create directory '/x': Remote I/O error\na");
    }

    @Test
    void what_this_host_cannot_enforce_is_refused() {
        assertThatThrownBy(() -> withSecurity(
                        new Specs.Security().apparmor(new SecurityProfile.Localhost("no-such-profile")), "true"))
                .isInstanceOf(Fault.class);
        assertThatThrownBy(() -> withSecurity(
                        new Specs.Security().seccomp(new SecurityProfile.Localhost("/no/such.json")), "true"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/no/such.json");
    }
}
