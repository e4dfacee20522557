package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.ImageReference;
import java.io.Closeable;
import java.net.ProxySelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** All registries, as configured. Thread-safe. */
public final class Registries implements Closeable {
    private final Map<String, RegistrySettings> configured;
    private final RetryPolicy policy;
    private final RandomGenerator random;
    private final HttpTransport transport;

    /** @param configured by host with port, as it stands in image references */
    public Registries(
            Map<String, RegistrySettings> configured,
            RetryPolicy policy,
            ProxySelector proxies,
            RandomGenerator random) {
        this.configured = Map.copyOf(configured);
        this.policy = policy;
        this.random = random;
        this.transport = new HttpTransport(policy, proxies);
    }

    /** A client for the repository of {@code reference}; asks nobody yet. */
    public RegistryClient client(ImageReference reference, Credentials credentials) {
        return new RegistryClient(hosts(reference.registry()).stream()
                .map(host -> calls(host, reference.repository(), credentials))
                .toList());
    }

    private RegistryCalls calls(RegistryHost host, String repository, Credentials credentials) {
        return new RegistryCalls(transport, host, repository, credentials, policy, random);
    }

    private List<RegistryHost> hosts(String registry) {
        RegistrySettings settings = configured.getOrDefault(registry, RegistrySettings.PLAIN_DEFAULTS);
        List<RegistryHost> hosts = new ArrayList<>();
        settings.mirrors().forEach(mirror -> hosts.add(RegistryHost.mirror(mirror, configured)));
        hosts.add(RegistryHost.registry(registry, settings));
        return hosts;
    }

    @Override
    public void close() {
        transport.close();
    }
}
