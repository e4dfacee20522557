package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Mount;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SelinuxOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SELinux contexts, and what they keep a container from, on a node whose policy has container_t and container_init_t:
 * scripts/cgroup2 --selinux makes one.
 */
@EnabledIf(value = "selinux", disabledReason = "SELinux is not enabled here")
class SelinuxInsideTest extends ImagesInsideContainers {
    private static final String CURRENT = "tr -d '\\0' </proc/self/attr/current; echo";
    private static final SelinuxOption LEVEL = new SelinuxOption("", "", "", "s0:c5,c6");
    private static final SelinuxOption OTHER_LEVEL = new SelinuxOption("", "", "", "s0:c7,c8");

    static boolean selinux() {
        return Files.exists(Path.of("/sys/fs/selinux/enforce"));
    }

    static boolean enforcing() throws IOException {
        return selinux() && Files.readString(Path.of("/sys/fs/selinux/enforce")).equals("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void all_containers_of_a_pod_and_what_they_share_have_its_level_alone(String handler) throws IOException {
        SandboxSpec sandbox = pod(handler);
        String script = CURRENT + "; sed -nE 's;^([^ ]+ ){4}(/|/dev|/dev/shm) .*(context=\"[^\"]*\").*;\\3;p'"
                + " /proc/self/mountinfo";

        List<String> seen = lines(engine.output(sandbox, spec -> spec, script));
        String level = seen.getFirst().substring("system_u:system_r:container_t:".length());
        String files = "system_u:object_r:container_file_t:" + level;

        assertThat(level).matches("s0:c\\d+,c\\d+");
        assertThat(seen.subList(1, seen.size())).hasSize(3).containsOnly("context=\"" + files + "\"");
        assertThat(label(root.resolve("volatile/sandboxes/" + sandbox.id() + "/resolv.conf")))
                .isEqualTo(files);
        assertThat(lines(engine.output(sandbox, spec -> spec, CURRENT))).containsExactly(seen.getFirst());
        assertThat(lines(engine.output(pod(handler), spec -> spec, CURRENT))).doesNotContain(seen.getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_container_changes_what_it_asks_for_and_has_the_rest_from_its_pod(String handler) {
        SandboxSpec sandbox = level(handler, LEVEL);
        SelinuxOption type = new SelinuxOption("", "", "container_init_t", "");

        ContainerSpec spec = engine.run(sandbox, asking(engine.container(sandbox, List.of("sleep", "1000")), type));

        assertThat(engine.exec(spec, "sh", "-c", CURRENT)).isEqualTo("system_u:system_r:container_init_t:s0:c5,c6");
    }

    @Test
    void a_volume_is_relabelled_with_all_it_holds_if_the_kubelet_asks_for_it() throws IOException {
        Path volume = Files.createDirectories(root.resolve("volume/below"));
        Path file = Files.writeString(volume.resolve("file"), "");
        Path other = Files.writeString(root.resolve("volume/elsewhere"), "");
        Files.createSymbolicLink(volume.resolve("link"), other);
        String before = label(other);
        SandboxSpec sandbox = engine.sandbox(spec -> asking(spec, LEVEL));

        engine.output(sandbox, spec -> Specs.mounts(spec, mount(volume, true), mount(other, false)), "true");

        assertThat(label(volume)).isEqualTo("system_u:object_r:container_file_t:s0:c5,c6");
        assertThat(label(file)).isEqualTo("system_u:object_r:container_file_t:s0:c5,c6");
        assertThat(label(other)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    @EnabledIf(value = "enforcing", disabledReason = "SELinux is permissive here")
    void a_container_reaches_the_volumes_of_its_pod_and_nothing_else(String handler) throws IOException {
        Path own = Files.createDirectories(root.resolve("own"));
        Path others = Files.createDirectories(root.resolve("others"));
        Path unlabelled = Files.createDirectories(root.resolve("unlabelled"));
        engine.output(level(handler, OTHER_LEVEL), spec -> Specs.mounts(spec, mount(others, true)), "true");
        String script = "for volume in own others unlabelled; do"
                + " touch /volumes/$volume/file 2>/dev/null && echo $volume; done;"
                + " wc -l </etc/resolv.conf >/dev/null && echo pod";

        String output = engine.output(
                level(handler, LEVEL),
                spec -> Specs.mounts(spec, mount(own, true), mount(others, false), mount(unlabelled, false)),
                script);

        assertThat(lines(output)).containsExactly("own", "pod");
        assertThat(others).isEmptyDirectory();
        assertThat(unlabelled).isEmptyDirectory();
    }

    @Test
    void what_belongs_to_the_system_is_not_relabelled() {
        String before = label(Path.of("/etc/passwd"));

        assertThatThrownBy(() -> engine.output(
                        engine.sandbox(), spec -> Specs.mounts(spec, mount(Path.of("/etc"), true)), "true"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/etc belongs to the system");
        assertThat(label(Path.of("/etc/passwd"))).isEqualTo(before);
    }

    @Test
    void a_privileged_container_is_not_confined_unless_it_asks_for_it() {
        SandboxSpec sandbox = engine.sandbox(spec -> asking(Specs.privileged(spec), LEVEL));
        ContainerSecurity privileged = new Specs.Security().privileged().build();

        assertThat(engine.output(sandbox, spec -> Specs.security(spec, privileged), CURRENT))
                .doesNotContain("container_t");
        assertThat(engine.output(sandbox, spec -> asking(Specs.security(spec, privileged), LEVEL), CURRENT))
                .isEqualTo("system_u:system_r:container_t:s0:c5,c6");
    }

    @Test
    void a_context_that_the_policy_does_not_have_is_named() {
        SelinuxOption unknown = new SelinuxOption("", "", "no_such_t", "");
        String context = "system_u:system_r:no_such_t:s0";

        assertThatThrownBy(() -> engine.sandbox(spec -> asking(spec, unknown))).hasMessageContaining(context);
        SandboxSpec sandbox = engine.sandbox(spec -> asking(spec, LEVEL));
        assertThatThrownBy(() -> engine.output(sandbox, spec -> asking(spec, unknown), "true"))
                .hasMessageContaining(context + ":c5,c6");
    }

    /** Without runc's own warnings, which are in the log of a container, too: of devices that the host does not have. */
    private static List<String> lines(String output) {
        return output.lines().filter(line -> !line.contains("level=warning")).toList();
    }

    private SandboxSpec pod(String handler) {
        return engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
    }

    private SandboxSpec level(String handler, SelinuxOption level) {
        return engine.sandbox(
                spec -> asking(Specs.handler(spec, handler, spec.security().namespaces()), level));
    }

    private static SandboxSpec asking(SandboxSpec spec, SelinuxOption option) {
        SandboxSecurity old = spec.security();
        return new SandboxSpec(
                spec.id(),
                spec.name(),
                spec.handler(),
                spec.hostname(),
                spec.logDirectory(),
                spec.dns(),
                spec.portMappings(),
                spec.labels(),
                spec.annotations(),
                spec.cgroupParent(),
                spec.sysctls(),
                new SandboxSecurity(
                        old.namespaces(),
                        Optional.of(option),
                        old.runAsUser(),
                        old.runAsGroup(),
                        old.readonlyRootfs(),
                        old.supplementalGroups(),
                        old.privileged(),
                        old.seccomp(),
                        old.apparmor()),
                spec.overhead(),
                spec.resources());
    }

    private static ContainerSpec asking(ContainerSpec spec, SelinuxOption option) {
        ContainerSecurity old = spec.security();
        return Specs.security(
                spec,
                new ContainerSecurity(
                        old.capabilities(),
                        old.privileged(),
                        old.namespaces(),
                        Optional.of(option),
                        old.runAs(),
                        old.runAsGroup(),
                        old.readonlyRootfs(),
                        old.supplementalGroups(),
                        old.noNewPrivileges(),
                        old.maskedPaths(),
                        old.readonlyPaths(),
                        old.seccomp(),
                        old.apparmor()));
    }

    private static Mount mount(Path source, boolean relabel) {
        return new Mount(
                "/volumes/" + source.getFileName(),
                new Mount.Source.HostPath(source.toString()),
                false,
                false,
                relabel,
                Mount.Propagation.PRIVATE,
                List.of(),
                List.of(),
                List.of());
    }

    private static String label(Path file) {
        try (Directory above = Directory.open(Objects.requireNonNull(file.getParent()))) {
            byte[] value = above.attributes(RawPath.of(file.getFileName().toString()))
                    .get("security.selinux")
                    .orElseThrow();
            return new String(value, StandardCharsets.UTF_8).replace("\0", "");
        }
    }
}
