package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.registry.EnvironmentProxies;
import io.davit.backend.oci.registry.Registries;
import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.backend.oci.registry.RetryPolicy;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.PullRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** An image store in a directory of its own that asks registries with little patience. */
final class ImageStore implements AutoCloseable {
    private static final RetryPolicy HASTY = new RetryPolicy(
            3, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(5), Duration.ofSeconds(5));

    private final Path directory;
    private final ImageSettings settings;
    private final Map<String, RegistrySettings> configured;
    private OciImages images;

    /** The defaults, and nothing configured. */
    static OciImages openPlain(Path directory) {
        return OciImages.open(
                directory.resolve("state"),
                directory.resolve("run"),
                ImageSettings.DEFAULTS,
                Map.of(),
                ChildProcesses.forThisMachine(),
                Clock.systemUTC());
    }

    ImageStore(Path directory) {
        this(directory, ImageSettings.DEFAULTS, Map.of());
    }

    ImageStore(Path directory, ImageSettings settings, Map<String, RegistrySettings> configured) {
        this.directory = directory;
        this.settings = settings;
        this.configured = configured;
        this.images = open();
    }

    private OciImages open() {
        Registries registries = new Registries(
                configured, HASTY, EnvironmentProxies.NONE, ChildProcesses.forThisMachine(), new Random(1));
        return OciImages.open(
                directory.resolve("state"), directory.resolve("run"), settings, registries, Clock.systemUTC());
    }

    OciImages images() {
        return images;
    }

    void reopen() {
        images.close();
        images = open();
    }

    Image pull(String name) {
        return pull(name, new Credentials.Anonymous());
    }

    Image pull(String name, Credentials credentials) {
        return images.pull(new PullRequest(ImageReference.parse(name), credentials, RuntimeHandler.DEFAULT));
    }

    Fault fault(String name) {
        try {
            pull(name);
        } catch (Fault e) {
            return e;
        }
        throw new AssertionError(name + " was pulled");
    }

    /** Names of all files below a directory of the state, without those that are being deleted and the directories. */
    List<String> files(String name) {
        assertThat(images.awaitDeletions(Duration.ofMinutes(1))).isTrue();
        Path top = directory.resolve("state").resolve(name);
        try (Stream<Path> found = Files.walk(top)) {
            return found.filter(Files::isRegularFile)
                    .map(file -> top.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertEmpty() {
        assertThat(files("layers")).isEmpty();
        assertThat(files("blobs")).isEmpty();
        assertThat(files("partial")).isEmpty();
        assertThat(files("images")).isEmpty();
        assertThat(images.list()).isEmpty();
    }

    @Override
    public void close() {
        images.rootFilesystems().present().forEach(images.rootFilesystems()::release);
        images.close();
        assertThat(MountTable.read().below(directory)).isEmpty();
    }
}
