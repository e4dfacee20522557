package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.syscall.Mounts;
import io.davit.core.domain.Device;
import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Mount;
import io.davit.core.domain.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files and devices a container sees. */
class FilesInsideTest extends InsideContainers {
    @Test
    void a_pod_has_its_name_and_its_resolver() {
        SandboxSpec sandbox = engine.sandbox(spec -> Specs.dns(
                spec, new DnsConfig(List.of("10.0.0.10", "10.0.0.11"), List.of("a.example", "b"), List.of("ndots:5"))));

        String seen = engine.output(
                sandbox, UnaryOperator.identity(), "hostname; cat /etc/hostname /etc/resolv.conf; echo $HOSTNAME");

        assertThat(seen).isEqualTo("""
                pod
                pod
                search a.example b
                nameserver 10.0.0.10
                nameserver 10.0.0.11
                options ndots:5
                pod""");
    }

    @Test
    void an_empty_resolver_differs_from_none() throws IOException {
        SandboxSpec empty = engine.sandbox(spec -> Specs.dns(spec, new DnsConfig(List.of(), List.of(), List.of())));
        SandboxSpec none = engine.sandbox();

        assertThat(engine.output(empty, UnaryOperator.identity(), "stat -c %s /etc/resolv.conf"))
                .isEqualTo("0");
        assertThat(engine.output(none, UnaryOperator.identity(), "stat -c %s /etc/resolv.conf"))
                .isEqualTo(String.valueOf(Files.size(Path.of("/etc/resolv.conf"))));
    }

    @Test
    void host_paths_are_mounted_through_symlinks_and_made_when_missing() throws IOException {
        Path real = Files.createDirectories(root.resolve("real"));
        Files.writeString(real.resolve("file"), "content\n");
        Path link = Files.createSymbolicLink(root.resolve("link"), real);
        Path missing = root.resolve("missing/below");
        SandboxSpec sandbox = engine.sandbox();

        String seen = engine.output(
                sandbox,
                spec -> Specs.mounts(
                        spec,
                        bind(link, "/deep/inside", true),
                        bind(missing, "/new", false),
                        bind(link, "/etc", false)),
                "cat /deep/inside/file; touch /deep/inside/x 2>&1; touch /new/y; ls /etc");

        assertThat(seen)
                .isEqualTo("content\ntouch: /deep/inside/x: Read-only file system\nfile\nhostname\nhosts\nresolv.conf");
        assertThat(missing.resolve("y")).exists();
    }

    private static Mount bind(Path source, String target, boolean readonly) {
        return new Mount(
                target,
                new Mount.Source.HostPath(source.toString()),
                readonly,
                false,
                true,
                Mount.Propagation.PRIVATE,
                List.of(),
                List.of(),
                List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_mount_has_the_options_that_were_asked_for_and_is_read_only_as_deep_as_asked_for(String handler)
            throws IOException {
        Path volume = Files.createDirectories(root.resolve("volume"));
        Path below = Files.createDirectories(volume.resolve("below"));
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
        Mounts.mount("below", below, "tmpfs", Set.of(), "size=4m");
        try {
            String seen = engine.output(
                    sandbox,
                    spec -> Specs.mounts(
                            spec,
                            readOnly(volume, "/top", false, "noexec", "nosuid", "nodev"),
                            readOnly(volume, "/all", true)),
                    "grep -o ' /top [^-]*' /proc/self/mountinfo; touch /top/below/x && echo written;"
                            + " touch /all/below/y 2>&1");

            assertThat(seen).contains("nosuid", "nodev", "noexec").contains("written\n");
            assertThat(seen).contains("/all/below/y: Read-only file system");
        } finally {
            Mounts.detachAll(below);
        }
    }

    private static Mount readOnly(Path source, String target, boolean recursively, String... options) {
        return new Mount(
                target,
                new Mount.Source.HostPath(source.toString()),
                true,
                recursively,
                false,
                Mount.Propagation.PRIVATE,
                List.of(),
                List.of(),
                List.of(options));
    }

    @Test
    void a_mount_that_shall_propagate_needs_a_source_that_does() throws IOException {
        Path lonely = Files.createDirectories(root.resolve("private"));
        Mounts.mount("tmpfs", lonely, "tmpfs", Set.of(), "size=4096");
        try {
            Mounts.change(lonely, Set.of(Mounts.Flag.PRIVATE));
            SandboxSpec sandbox = engine.sandbox();

            for (Mount.Propagation propagation :
                    List.of(Mount.Propagation.BIDIRECTIONAL, Mount.Propagation.HOST_TO_CONTAINER)) {
                Mount mount = new Mount(
                        "/data",
                        new Mount.Source.HostPath(lonely.toString()),
                        false,
                        false,
                        false,
                        propagation,
                        List.of(),
                        List.of(),
                        List.of());
                assertThatThrownBy(() -> engine.output(sandbox, spec -> Specs.mounts(spec, mount), "true"))
                        .isInstanceOf(Fault.class)
                        .hasMessageContaining("make-rshared " + lonely);
            }
        } finally {
            Mounts.detachAll(lonely);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_device_of_a_vendor_brings_its_node_mounts_variables_and_hooks(String handler) throws IOException {
        Path library = Files.createDirectories(root.resolve("library"));
        Files.writeString(library.resolve("driver"), "driver\n");
        Files.writeString(Files.createDirectories(root.resolve("cdi")).resolve("vendor.yaml"), """
                cdiVersion: "0.7.0"
                kind: vendor.com/toy
                devices:
                  - name: one
                    containerEdits:
                      env: [TOY=one]
                      deviceNodes: [{path: /dev/toy, hostPath: /dev/fuse, permissions: r}]
                      mounts: [{hostPath: "%s", containerPath: /opt/toy, options: [ro, rbind]}]
                      hooks: [{hookName: createRuntime, path: /bin/sh, args: [sh, -c, "cat > %s"]}]
                      additionalGids: [4242]
                """.formatted(
                        library, root.resolve("hooked")));
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));

        String seen = engine.output(
                sandbox,
                spec -> Specs.cdi(spec, "vendor.com/toy=one"),
                "echo $TOY; stat -c '%t:%T' /dev/toy; (: < /dev/toy) && echo read; cat /opt/toy/driver; id -G");

        assertThat(seen).isEqualTo("one\na:e5\nread\ndriver\n0 4242");
        assertThat(root.resolve("hooked")).content().contains("\"status\"");
        assertThatThrownBy(() -> engine.output(sandbox, spec -> Specs.cdi(spec, "vendor.com/toy=two"), "true"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("vendor.com/toy=two");
    }

    /** As with other engines: who mounts a /dev gets that one, and it gets no directories of ours. */
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_dev_of_the_host_is_the_hosts(String handler) throws Exception {
        Path dev = Files.createDirectories(root.resolve("dev"));
        Files.writeString(dev.resolve("file"), "of the host\n");
        // The runtimes open it there.
        assertThat(new ProcessBuilder("cp", "-a", "/dev/null", dev.toString())
                        .start()
                        .waitFor())
                .isZero();
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));

        String seen = engine.output(
                sandbox,
                spec -> Specs.mounts(spec, bind(dev, "/dev", false)),
                "cat /dev/file; grep -cE ' /dev/(pts|mqueue) ' /proc/self/mountinfo");

        assertThat(seen).isEqualTo("of the host\n0");
        assertThat(dev.resolve("pts")).doesNotExist();
        assertThat(dev.resolve("mqueue")).doesNotExist();
    }

    /** As volumes are; crun makes nodes from the working directory on that it happens to have. */
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_relative_path_of_a_device_is_meant_from_the_root(String handler) {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));

        assertThat(engine.output(
                        sandbox,
                        spec -> Specs.devices(spec, new Device("dev/mine", "/dev/full", "r")),
                        "stat -c %t:%T /dev/mine"))
                .isEqualTo("1:7");
    }

    @Test
    void a_device_is_there_and_may_be_used_as_asked() {
        SandboxSpec sandbox = engine.sandbox();

        String seen = engine.output(
                sandbox,
                spec -> Specs.devices(spec, new Device("/dev/mine", "/dev/fuse", "r")),
                "stat -c '%F %t:%T' /dev/mine; (: < /dev/mine) && echo read; (: > /dev/mine) 2>/dev/null || echo no write");

        assertThat(seen).startsWith("character special file a:e5\nread\nno write");
    }
}
