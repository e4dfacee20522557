package io.davit.backend.oci.registry;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which proxy a request goes through, as the environment of the daemon says: {@code HTTP_PROXY}, {@code HTTPS_PROXY} and
 * {@code NO_PROXY}, in capitals or not. Hosts on the loopback interface are never asked for through a proxy. Immutable.
 */
public final class EnvironmentProxies extends ProxySelector {
    /** Everything is asked for directly. */
    public static final EnvironmentProxies NONE = of(Map.of());

    private static final int DEFAULT_PORT = 80;

    private final Optional<Server> plain;
    private final Optional<Server> secure;
    private final DirectHosts direct;

    /** @param authorization the value of Proxy-Authorization */
    private record Server(String host, int port, Optional<Secret> authorization) {}

    private EnvironmentProxies(Optional<Server> plain, Optional<Server> secure, DirectHosts direct) {
        this.plain = plain;
        this.secure = secure;
        this.direct = direct;
    }

    /** @throws Fault Failed, naming the variable that cannot be read */
    public static EnvironmentProxies of(Map<String, String> environment) {
        return new EnvironmentProxies(
                server("HTTP_PROXY", environment),
                server("HTTPS_PROXY", environment),
                DirectHosts.parse(value("NO_PROXY", environment)));
    }

    private static String value(String name, Map<String, String> environment) {
        String lower = environment.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        return lower.isBlank() ? environment.getOrDefault(name, "").strip() : lower.strip();
    }

    private static Optional<Server> server(String name, Map<String, String> environment) {
        String value = value(name, environment);
        if (value.isEmpty()) return Optional.empty();
        URI uri;
        try {
            uri = URI.create(value.contains("://") ? value : "http://" + value);
        } catch (IllegalArgumentException _) {
            // Its text would print the value, which may hold a password.
            throw unreadable(name);
        }
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) throw unreadable(name);
        Optional<Secret> authorization = Optional.ofNullable(uri.getUserInfo())
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
                .map(Secret::new);
        return Optional.of(new Server(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), authorization));
    }

    private static Fault unreadable(String name) {
        return Fault.failed(
                "read the environment variable " + name, "it must look like http://[user:password@]host[:port]");
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(server(uri)
                // Not resolved: the proxy's name is looked up again for each connection.
                .map(server ->
                        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(server.host(), server.port())))
                .orElse(Proxy.NO_PROXY));
    }

    private Optional<Server> server(URI uri) {
        if (uri.getHost() == null || RegistryHost.isLoopback(uri.getAuthority()) || direct.has(uri)) {
            return Optional.empty();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? secure : plain;
    }

    /** What the proxy for {@code uri} wants to see as Proxy-Authorization. */
    Optional<Secret> authorization(URI uri) {
        return server(uri).flatMap(Server::authorization);
    }

    /** Host and port of the proxy for {@code uri}. */
    Optional<String> named(URI uri) {
        return server(uri).map(server -> server.host() + ":" + server.port());
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request fails, and says so.
    }
}
