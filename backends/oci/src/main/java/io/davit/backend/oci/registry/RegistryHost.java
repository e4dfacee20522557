package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One place that images can be fetched from: the registry of a reference, or a mirror of it.
 *
 * @param name host with optional port, as the configuration and the operator write it
 * @param base scheme and authority, without a path
 * @param prefix in front of the repository, with a final slash; empty for none
 * @param isMirror the registry's credentials are not for it
 */
record RegistryHost(String name, URI base, String prefix, boolean isMirror, RegistrySettings settings) {
    /** Docker Hub is called docker.io in references but answers elsewhere (distribution's reference package). */
    private static final Map<String, String> ALIASES = Map.of("docker.io", "registry-1.docker.io");

    static RegistryHost registry(String name, RegistrySettings settings) {
        return new RegistryHost(name, base(name, settings), "", false, settings);
    }

    /** @param mirror host, optional port and optional path */
    static RegistryHost mirror(String mirror, Map<String, RegistrySettings> configured) {
        int slash = mirror.indexOf('/');
        String name = slash < 0 ? mirror : mirror.substring(0, slash);
        String path = slash < 0 ? "" : mirror.substring(slash + 1);
        String prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
        RegistrySettings settings = configured.getOrDefault(name, RegistrySettings.PLAIN_DEFAULTS);
        return new RegistryHost(name, base(name, settings), prefix, true, settings);
    }

    /** Where images of {@code registry} are asked for, in this order: its mirrors, then itself. */
    static List<RegistryHost> chain(String registry, Map<String, RegistrySettings> configured) {
        RegistrySettings settings = configured.getOrDefault(registry, RegistrySettings.PLAIN_DEFAULTS);
        List<RegistryHost> hosts = new ArrayList<>();
        settings.mirrors().forEach(mirror -> hosts.add(mirror(mirror, configured)));
        hosts.add(registry(registry, settings));
        return hosts;
    }

    /** One line for people; names files and helpers, never what is in them. */
    String described(EnvironmentProxies proxies) {
        StringBuilder text = new StringBuilder(base + "/v2/" + prefix);
        proxies.named(base)
                .ifPresent(proxy -> text.append(" through the proxy ").append(proxy));
        if (RegistrySettings.isSet(settings.caFile()))
            text.append(", authorities in ").append(settings.caFile());
        if (RegistrySettings.isSet(settings.clientCertificate())) {
            text.append(", client certificate ").append(settings.clientCertificate());
        }
        if (!settings.credentialHelper().isEmpty()) {
            text.append(", credentials of the helper ").append(settings.credentialHelper());
        }
        if (RegistrySettings.isSet(settings.authFile())) {
            text.append(", credentials in ").append(settings.authFile());
        }
        if (!isMirror && RegistrySettings.isSet(settings.signatureKeyFile())) {
            text.append(", signatures by the keys in ").append(settings.signatureKeyFile());
        }
        return text.toString();
    }

    private static URI base(String name, RegistrySettings settings) {
        String authority = ALIASES.getOrDefault(name, name);
        boolean plain = settings.plainHttp() || (isLoopback(authority) && !settings.hasCertificates());
        return URI.create((plain ? "http://" : "https://") + authority);
    }

    /** By its spelling alone: what DNS says of a name must not decide about encryption. */
    static boolean isLoopback(String authority) {
        String host = URI.create("http://" + authority).getHost();
        if (host == null) return false;
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("localhost")
                || lower.equals("[::1]")
                || lower.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    boolean isPlain() {
        return base.getScheme().equals("http");
    }

    /** Whether {@code serverAddress} of credentials, a host or a URL, means this place; empty means any registry. */
    boolean isMeantBy(String serverAddress) {
        return serverAddress.isEmpty() ? !isMirror : Credentials.isOf(name, serverAddress);
    }

    /** What credential helpers, and Docker, call it. */
    String credentialKey() {
        return name.equals("docker.io") ? "https://index.docker.io/v1/" : name;
    }

    @Override
    public String toString() {
        return name;
    }
}
