package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.ImageReference;
import io.davit.core.spi.Commands;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** All registries, as configured. Thread-safe. */
public final class Registries implements Closeable {
    private final RetryPolicy policy;
    private final EnvironmentProxies proxies;
    private final StoredCredentials stored;
    private final RandomGenerator random;
    private volatile Setup setup;

    /** What a reload replaces as a whole: a pull goes on with what it began with. */
    private record Setup(Map<String, RegistrySettings> configured, HttpTransport transport) {}

    /** @param configured by host with port, as it stands in image references */
    public Registries(
            Map<String, RegistrySettings> configured,
            RetryPolicy policy,
            EnvironmentProxies proxies,
            Commands commands,
            RandomGenerator random) {
        this.policy = policy;
        this.proxies = proxies;
        this.stored = new StoredCredentials(commands);
        this.random = random;
        this.setup = setup(configured);
    }

    private Setup setup(Map<String, RegistrySettings> configured) {
        return new Setup(Map.copyOf(configured), new HttpTransport(policy, proxies));
    }

    /** For all clients made from now on; certificate files are read again. Clients made before go on as they were. */
    public void reconfigure(Map<String, RegistrySettings> configured) {
        setup = setup(configured);
    }

    /** A client for the repository of {@code reference}; asks nobody yet. */
    public RegistryClient client(ImageReference reference, Credentials credentials) {
        Setup now = setup;
        return new RegistryClient(RegistryHost.chain(reference.registry(), now.configured()).stream()
                .map(host -> new RegistryCalls(
                        now.transport(), host, reference.repository(), credentials, stored, policy, random))
                .toList());
    }

    /** Whose signatures images of {@code registry} need; the empty path if they need none. */
    public Path signatureKeys(String registry) {
        return setup.configured()
                .getOrDefault(registry, RegistrySettings.PLAIN_DEFAULTS)
                .signatureKeyFile();
    }

    /** For people: for each configured registry, one line about each place that is asked, in order. */
    public Map<String, List<String>> chains() {
        return chains(setup.configured(), proxies);
    }

    /** The same for settings that are not in force. */
    public static Map<String, List<String>> chains(
            Map<String, RegistrySettings> configured, EnvironmentProxies proxies) {
        Map<String, List<String>> chains = new TreeMap<>();
        for (String registry : configured.keySet()) {
            chains.put(
                    registry,
                    RegistryHost.chain(registry, configured).stream()
                            .map(host -> host.described(proxies))
                            .toList());
        }
        return chains;
    }

    @Override
    public void close() {
        setup.transport().close();
    }
}
