package io.davit.backend.oci.registry;

import io.davit.backend.oci.content.BlobStore;
import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.content.PartialBlob;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Digest;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.Secret;
import io.davit.core.process.ChildProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A client with little patience, and somewhere to put blobs. */
final class RegistryFixture implements AutoCloseable {
    static final Path NONE = Path.of("");
    static final Credentials USER = new Credentials.UserPassword("ann", new Secret("pass word"), "");

    private static final RetryPolicy HASTY = new RetryPolicy(
            3, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(5), Duration.ofMillis(700));

    private final Registries registries;
    private final BlobStore blobs;

    RegistryFixture(Path directory, Map<String, RegistrySettings> settings) {
        this(directory, settings, EnvironmentProxies.NONE);
    }

    RegistryFixture(Path directory, Map<String, RegistrySettings> settings, EnvironmentProxies proxies) {
        registries = new Registries(settings, HASTY, proxies, ChildProcesses.forThisMachine(), new Random(1));
        blobs = BlobStore.open(directory);
    }

    static RegistrySettings mirrored(String... mirrors) {
        return new RegistrySettings(false, List.of(mirrors), NONE, NONE, NONE);
    }

    RegistryClient client(String host, Credentials credentials) {
        return registries.client(ImageReference.parse(host + "/team/app:1"), credentials);
    }

    RegistryClient client(String host) {
        return client(host, new Credentials.Anonymous());
    }

    BlobStore blobs() {
        return blobs;
    }

    /** Fetches a blob into the store. */
    void fetch(RegistryClient client, Digest digest, long size) {
        try (PartialBlob partial = blobs.partial(digest, size)) {
            client.blob(digest, partial);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] noise(int size) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        return data;
    }

    static String blobPath(byte[] data) {
        return "/v2/team/app/blobs/" + DigestFunction.sha256(data);
    }

    @Override
    public void close() {
        registries.close();
    }
}
