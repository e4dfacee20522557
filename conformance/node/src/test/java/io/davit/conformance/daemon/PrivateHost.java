package io.davit.conformance.daemon;

import io.davit.conformance.registry.LoopbackRegistry;
import io.davit.conformance.registry.PublishedImage;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.Command;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * What a daemon on this machine uses and nobody else: directories, a pod network with its bridge and subnet, a cgroup, a
 * registry with one image. Closing it takes all of that away; {@link Leftovers} says before whether anything is in it.
 */
final class PrivateHost implements AutoCloseable {
    private static final Duration COMMAND_MAX = Duration.ofSeconds(30);
    private static final List<Path> PLUGIN_DIRECTORIES = List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"));

    private final Path root;
    private final String name;
    private final int subnet;
    private final LoopbackRegistry registry;
    private final String image;
    private final Commands commands = ChildProcesses.forThisMachine();

    private PrivateHost(Path root, String name, int subnet, LoopbackRegistry registry) {
        this.root = root;
        this.name = name;
        this.subnet = subnet;
        this.registry = registry;
        this.image = registry.publish("test/shell", "1", PublishedImage.busybox("shell", List.of("sleep", "1000000")));
    }

    static PrivateHost make() {
        return make("oci");
    }

    /** @param backends the first is for pods that name no handler */
    static PrivateHost make(String... backends) {
        try {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            // An interface's name has at most 15 characters.
            String name = "dvt" + HexFormat.of().toHexDigits(random.nextLong(), 8);
            PrivateHost host = new PrivateHost(
                    Files.createTempDirectory("davit-daemon"),
                    name,
                    random.nextInt(100, 250),
                    LoopbackRegistry.start());
            host.writeNetwork();
            host.writeConfiguration(List.of(backends));
            return host;
        } catch (IOException e) {
            throw new AssertionError("no private directories could be made", e);
        }
    }

    private void writeNetwork() throws IOException {
        Files.createDirectories(root.resolve("net.d"));
        Files.writeString(root.resolve("net.d/10-test.conflist"), """
                {"cniVersion":"1.0.0","name":"%s","plugins":[
                 {"type":"bridge","bridge":"%s","isGateway":true,
                  "ipam":{"type":"host-local","dataDir":"%s","ranges":[[{"subnet":"10.%d.0.0/16"}]]}},
                 {"type":"portmap","capabilities":{"portMappings":true}}]}
                """.formatted(name, name, leases(), subnet));
    }

    private void writeConfiguration(List<String> backends) throws IOException {
        String plugins = String.join(
                ", ",
                PLUGIN_DIRECTORIES.stream()
                        .map(path -> '"' + path.toString() + '"')
                        .toList());
        Files.writeString(configuration(), """
                [server]
                socket = "%s"
                root = "%s"
                state = "%s"
                backends = ["%s"]
                [network]
                cni-conf-dir = "%s"
                cni-bin-dirs = [%s]
                [oci]
                cgroup-parent = "/%s"
                """.formatted(
                        socket(),
                        root.resolve("root"),
                        root.resolve("state"),
                        String.join("\", \"", backends),
                        root.resolve("net.d"),
                        plugins,
                        name));
        if (!backends.contains("docker")) return;
        String docker = Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("unix:///run/docker.sock");
        Files.writeString(
                configuration(), """
                [docker]
                socket = "%s"
                cgroup-parent = "/%s-docker"
                """.formatted(docker.substring("unix://".length()), name), StandardOpenOption.APPEND);
    }

    Path root() {
        return root;
    }

    Path socket() {
        return root.resolve("cri.sock");
    }

    Path configuration() {
        return root.resolve("davit.toml");
    }

    Path leases() {
        return root.resolve("leases");
    }

    Path logs() {
        return root.resolve("logs");
    }

    /** Of the network, its bridge and the parent cgroup. */
    String name() {
        return name;
    }

    LoopbackRegistry registry() {
        return registry;
    }

    /** Can be pulled, and has busybox. */
    String image() {
        return image;
    }

    String output(String... command) {
        return commands.run(Command.of(COMMAND_MAX, command)).stdoutText();
    }

    @Override
    public void close() throws IOException {
        registry.close();
        for (String mount : Leftovers.mountsBelow(root)) output("umount", "--lazy", mount);
        output("ip", "link", "delete", name);
        for (Path cgroup : Leftovers.cgroups(name)) Files.deleteIfExists(cgroup);
        for (Path cgroup : Leftovers.cgroups(name + "-docker")) Files.deleteIfExists(cgroup);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
