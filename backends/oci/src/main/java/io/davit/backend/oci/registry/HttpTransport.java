package io.davit.backend.oci.registry;

import io.davit.core.domain.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The JDK's HTTP clients, one per way of doing TLS. Thread-safe. */
final class HttpTransport implements Closeable {
    static {
        // The JDK sends no password through tunnels unless told so; read once, by the first client.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }

    private final RetryPolicy policy;
    private final EnvironmentProxies proxies;
    private final Map<TlsFiles, HttpClient> clients = new ConcurrentHashMap<>();

    HttpTransport(RetryPolicy policy, EnvironmentProxies proxies) {
        this.policy = policy;
        this.proxies = proxies;
    }

    /**
     * Sends a request and waits for the head of the answer.
     *
     * @throws IOException if nothing answers in time; worth another attempt
     * @throws Fault Cancelled if the thread was interrupted
     */
    Response send(HttpRequest request, RegistrySettings settings) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> pending =
                client(settings).sendAsync(forProxy(request), HttpResponse.BodyHandlers.ofInputStream());
        try {
            // Not HttpRequest.timeout: from JDK 26 on it limits the whole body, and large layers take their time.
            HttpResponse<InputStream> answer = pending.get(limit().toMillis(), TimeUnit.MILLISECONDS);
            InputStream body = new StallGuard(answer.body(), policy.stallTimeout());
            return new Response(request.uri(), answer.statusCode(), answer.headers(), body);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new Fault(
                    new Fault.Kind.Cancelled("the request to " + request.uri().getAuthority()), e);
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new IOException("no answer within " + limit().toSeconds() + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) throw failure;
            throw new IOException(Fault.reason(e), e);
        }
    }

    // The JDK shows it to the proxy alone: where there is a tunnel, in the CONNECT request only.
    private HttpRequest forProxy(HttpRequest request) {
        return proxies.authorization(request.uri())
                .map(secret -> HttpRequest.newBuilder(request, (_, _) -> true)
                        .header("Proxy-Authorization", secret.reveal())
                        .build())
                .orElse(request);
    }

    private Duration limit() {
        return policy.connectTimeout().plus(policy.stallTimeout());
    }

    private HttpClient client(RegistrySettings settings) {
        return clients.computeIfAbsent(TlsFiles.of(settings), this::build);
    }

    private HttpClient build(TlsFiles tls) {
        // Redirects are ours to follow: the JDK would send the credentials along.
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(policy.connectTimeout())
                .proxy(proxies)
                .sslContext(tls.context())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
    }
}
