package io.davit.core.store;

import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerName;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Device;
import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.PortMapping;
import io.davit.core.domain.ProcessSpec;
import io.davit.core.domain.Resources;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SecurityProfile;
import io.davit.core.domain.SelinuxOption;
import io.davit.core.domain.Signal;
import io.davit.core.domain.StdioMode;
import io.davit.core.domain.SupplementalGroups;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records in which every field says something, so that none can get lost unseen. */
final class RecordExamples {
    static final Instant BORN = Instant.parse("2026-11-22T10:00:00.123456789Z");
    static final SandboxId SANDBOX = new SandboxId("5a".repeat(32));
    static final ContainerId CONTAINER = new ContainerId("c0".repeat(32));

    private RecordExamples() {}

    static SandboxSpec sandbox() {
        Namespaces namespaces = new Namespaces(
                NamespaceMode.POD,
                NamespaceMode.CONTAINER,
                NamespaceMode.NODE,
                Optional.empty(),
                Optional.of(new Namespaces.UserNamespace(
                        NamespaceMode.POD,
                        List.of(new IdMapping(100_000, 0, 65_536)),
                        List.of(new IdMapping(100_000, 0, 65_536)))));
        return new SandboxSpec(
                SANDBOX,
                new SandboxName("web", "default", "uid-1", 4_294_967_295L),
                new RuntimeHandler("crun"),
                "web-0",
                Optional.of(Path.of("/var/log/pods/default_web_uid-1")),
                Optional.of(new DnsConfig(List.of("10.96.0.10"), List.of("svc.cluster.local"), List.of("ndots:5"))),
                List.of(new PortMapping(PortMapping.Protocol.UDP, 53, 5353, "127.0.0.1")),
                Map.of("app", "web"),
                Map.of("note", "ü\n\"quoted\""),
                "/kubepods/pod1",
                Map.of("net.core.somaxconn", "1024"),
                new SandboxSecurity(
                        namespaces,
                        Optional.of(new SelinuxOption("u", "r", "t", "s0:c1")),
                        Optional.of(0L),
                        Optional.of(7L),
                        true,
                        new SupplementalGroups(List.of(5L), SupplementalGroups.Policy.STRICT),
                        true,
                        Optional.of(new SecurityProfile.RuntimeDefault()),
                        Optional.of(new SecurityProfile.Localhost("my-profile"))),
                Resources.NONE,
                new Resources(1, -1, 2, 3, -998, "0-1", "0", List.of(), Map.of("memory.high", "1"), 4));
    }

    static ContainerSpec container() {
        return new ContainerSpec(
                CONTAINER,
                new ContainerName(SANDBOX, "app", 2),
                new ImageSpec("busybox:1", Map.of("a", "b"), "busybox", new RuntimeHandler("runc"), ""),
                ImageId.parse("sha256:" + "ab".repeat(32)),
                "docker.io/library/busybox@sha256:" + "cd".repeat(32),
                new ProcessSpec(
                        List.of("sh", "-c", "true"),
                        List.of(new EnvironmentVariable("BYTES", new byte[] {(byte) 0xff, 1})),
                        "/work"),
                new StdioMode(true, false, true),
                List.of(
                        mount(new Mount.Source.HostPath("/data")),
                        mount(new Mount.Source.ImageVolume(
                                ImageSpec.of("sha256:" + "ef".repeat(32)),
                                "sub",
                                Optional.of(ImageId.parse("sha256:" + "ef".repeat(32)))))),
                List.of(new Device("/dev/a", "/dev/b", "rw")),
                List.of("vendor.com/class=one"),
                List.of("/vol"),
                Map.of("l", "1"),
                Map.of("a", "2"),
                Optional.of(Path.of("/var/log/pods/x/app/2.log")),
                new Resources(0, 0, 0, 0, 0, "", "", List.of(new Resources.HugepageLimit("2MB", 5)), Map.of(), 0),
                new ContainerSecurity(
                        new Capabilities(List.of("CAP_NET_RAW"), List.of("ALL"), List.of("CAP_CHOWN")),
                        true,
                        new Namespaces(
                                NamespaceMode.POD,
                                NamespaceMode.TARGET,
                                NamespaceMode.POD,
                                Optional.of(new ContainerId("70".repeat(32))),
                                Optional.empty()),
                        Optional.empty(),
                        new RunAs.Username("nobody"),
                        Optional.of(65_534L),
                        true,
                        SupplementalGroups.NONE,
                        true,
                        List.of("/proc/kcore"),
                        List.of("/proc/sys"),
                        Optional.of(new SecurityProfile.Unconfined()),
                        Optional.empty()),
                new Signal(40));
    }

    private static Mount mount(Mount.Source source) {
        IdMapping mapping = new IdMapping(1, 2, 3);
        return new Mount(
                "/m",
                source,
                true,
                true,
                true,
                Mount.Propagation.BIDIRECTIONAL,
                List.of(mapping),
                List.of(mapping),
                List.of("noexec"));
    }
}
