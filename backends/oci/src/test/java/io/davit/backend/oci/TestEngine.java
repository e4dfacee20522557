package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.oci.syscall.Mounts;
import io.davit.conformance.contract.ContainerSpecBuilder;
import io.davit.conformance.contract.SandboxSpecBuilder;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageConfig;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.Backend;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.Images;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Removed;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The backend on directories of its own: its runtime side alone, with busybox for an image, or the whole of it with
 * images from a registry.
 */
final class TestEngine implements AutoCloseable {
    private static final String NO_IMAGE = "sha256:" + "0".repeat(64);
    private static final Image BUSYBOX =
            new Image(ImageId.parse(NO_IMAGE), List.of("busybox:1"), List.of(), 1, ImageConfig.EMPTY, false);

    private final Path root;
    private final HostServices host;
    private final Supplier<OciBackend> opening;
    private OciBackend backend;
    private final Image image;

    private TestEngine(Path root, HostServices host, Supplier<OciBackend> opening, Function<OciBackend, Image> image) {
        this.root = root;
        this.host = host;
        this.opening = opening;
        this.backend = opening.get();
        this.image = image.apply(backend);
    }

    static TestEngine withoutImages(Path root) {
        return withoutImages(root, TestSettings::of);
    }

    static TestEngine withoutImages(Path root, Function<HostServices, OciSettings> settings) {
        HostServices host = host(root);
        return new TestEngine(root, host, () -> opened(root, host, settings.apply(host)), _ -> BUSYBOX);
    }

    private static OciBackend opened(Path root, HostServices host, OciSettings settings) {
        return OciBackend.open(
                settings,
                List.of(),
                host,
                new NoImages(),
                new BusyboxRoots(root.resolve("persistent/roots")),
                () -> {});
    }

    /** @param reference of the image that containers have */
    static TestEngine withImage(Path root, String reference) {
        HostServices host = host(root);
        return new TestEngine(
                root,
                host,
                () -> OciBackend.open(TestSettings.of(host), List.of(), host),
                backend -> pulled(backend, reference));
    }

    private static HostServices host(Path root) {
        try {
            // As the daemon makes them: those who may pass through /tmp pass through here.
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new AssertionError("cannot change " + root, e);
        }
        return new HostServices(
                Clock.systemUTC(),
                new SecureRandom(),
                directory(root.resolve("persistent")),
                directory(root.resolve("volatile")),
                ChildProcesses.forThisMachine());
    }

    Image pull(String reference) {
        return pulled(backend, reference);
    }

    private static Image pulled(OciBackend backend, String reference) {
        return backend.images()
                .pull(new PullRequest(
                        ImageReference.parse(reference), new Credentials.Anonymous(), RuntimeHandler.DEFAULT));
    }

    /** The next daemon. */
    void reopen() {
        backend.close();
        backend = opening.get();
    }

    private static Path directory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new AssertionError("cannot make " + path, e);
        }
    }

    Backend backend() {
        return backend;
    }

    HostServices host() {
        return host;
    }

    SandboxSpec sandbox() {
        return sandbox(UnaryOperator.identity());
    }

    SandboxSpec sandbox(UnaryOperator<SandboxSpec> change) {
        SandboxId id = SandboxId.random(host.random());
        SandboxSpec spec = change.apply(SandboxSpecBuilder.of(id, "pod")
                .logDirectory(root.resolve("logs"))
                .build());
        backend.sandboxes().start(spec);
        return spec;
    }

    ContainerSpec container(SandboxSpec sandbox, List<String> arguments) {
        ContainerId id = ContainerId.random(host.random());
        return ContainerSpecBuilder.of(id, sandbox, image, arguments)
                .environment("PATH", "/bin")
                .log(root.resolve("logs").resolve(id + ".log"))
                .build();
    }

    /** Creates and starts. */
    ContainerSpec run(SandboxSpec sandbox, ContainerSpec spec) {
        backend.containers().create(sandbox, spec);
        backend.containers().start(spec.id());
        return spec;
    }

    /** Standard output of a command in a running container. */
    String exec(ContainerSpec container, String... command) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        backend.streams()
                .exec(
                        new ExecSpec(container.id(), List.of(command), false, Optional.empty()),
                        new Stdio(Optional.empty(), Optional.of(output), Optional.of(output), TerminalResizes.NONE));
        return output.toString(StandardCharsets.UTF_8).strip();
    }

    /** What a shell script prints as the first process of a container of its own. */
    String output(SandboxSpec sandbox, UnaryOperator<ContainerSpec> change, String script) {
        ContainerSpec spec = change.apply(container(sandbox, List.of("sh", "-c", script)));
        try {
            run(sandbox, spec);
            awaitExit(spec);
            StringBuilder text = new StringBuilder();
            for (String line : Files.readAllLines(spec.logPath().orElseThrow())) {
                String[] entry = line.split(" ", 4);
                text.append(entry[3]);
                if (entry[2].equals("F")) text.append('\n'); // P: the line goes on in the next entry
            }
            return text.toString().strip();
        } catch (IOException e) {
            throw new AssertionError("no log", e);
        } finally {
            backend.containers().remove(spec.id());
        }
    }

    ExitStatus awaitExit(ContainerSpec spec) {
        await().untilAsserted(() ->
                assertThat(backend.observer().sighting(spec.id())).get().isInstanceOf(Sighting.ExitedContainer.class));
        Sighting seen = backend.observer().sighting(spec.id()).orElseThrow();
        return ((Sighting.ExitedContainer) seen).exit();
    }

    /** As the core does with everything that it has no record of. */
    void removeEverything() {
        for (Sighting sighting : backend.observer().sightings()) {
            if (sighting instanceof Sighting.OfContainer container) {
                backend.containers().stop(container.id(), Signal.KILL, GracePeriod.NONE);
                backend.containers().remove(container.id());
            }
        }
        for (Sighting sighting : backend.observer().sightings()) {
            switch (sighting) {
                case Sighting.LiveSandbox live -> removeSandbox(live.id());
                case Sighting.DeadSandbox dead -> removeSandbox(dead.id());
                case Sighting.OfContainer left -> throw new AssertionError(left + " was removed and is there");
            }
        }
    }

    /** What is left on the machine when everything was removed. */
    List<String> leftovers() {
        // The image side keeps the directory of root file systems a mount of its own as long as the host is up.
        Mounts.detachAll(host.volatileDirectory().resolve("rootfs"));
        return Leftovers.of(host);
    }

    private void removeSandbox(SandboxId id) {
        backend.sandboxes().stop(id);
        backend.sandboxes().remove(id);
    }

    @Override
    public void close() {
        backend.close();
    }

    private static final class NoImages implements Images {
        @Override
        public Image pull(PullRequest request) {
            throw new AssertionError("not called");
        }

        @Override
        public List<Image> list() {
            return List.of();
        }

        @Override
        public Removed remove(ImageId id) {
            return Removed.ALREADY;
        }

        @Override
        public List<FilesystemUsage> imageFilesystems() {
            return List.of();
        }

        @Override
        public List<FilesystemUsage> containerFilesystems() {
            return List.of();
        }
    }
}
