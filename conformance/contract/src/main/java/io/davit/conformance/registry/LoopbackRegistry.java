package io.davit.conformance.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.davit.core.domain.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A registry of the OCI distribution-spec 1.1, as far as pulling goes, on a free port of 127.0.0.1 without TLS. Serves
 * {@link PublishedImage}s and misbehaves on demand. Thread-safe.
 */
public final class LoopbackRegistry implements AutoCloseable {
    private static final Duration DROP_INTERVAL = Duration.ofMillis(200);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, PublishedImage> manifests = new ConcurrentHashMap<>();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Trouble trouble = Trouble.NONE;

    private LoopbackRegistry(HttpServer server) {
        this.server = server;
    }

    public static LoopbackRegistry start() {
        return start(0);
    }

    /** @param port 0 takes a free one */
    public static LoopbackRegistry start(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            LoopbackRegistry registry = new LoopbackRegistry(server);
            server.setExecutor(registry.threads);
            server.createContext("/v2/", registry::handle);
            server.start();
            return registry;
        } catch (IOException e) {
            throw new AssertionError("no registry could be started on the loopback interface", e);
        }
    }

    /** Host and port, as they stand in an image's name. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Offers an image; returns its whole name. A second image under one name moves the tag. */
    public String publish(String repository, String tag, PublishedImage image) {
        manifests.put(repository + "/manifests/" + tag, image);
        manifests.put(repository + "/manifests/" + image.manifestDigest(), image);
        blobs.put(repository + "/blobs/" + image.configDigest(), image.config());
        blobs.put(repository + "/blobs/" + image.layerDigest(), image.layer());
        return host() + "/" + repository + ":" + tag;
    }

    /** From now on, until the next call. */
    public void misbehave(Trouble how) {
        trouble = how;
    }

    /** What was asked for: method and path. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/v2/".length());
            requests.add(exchange.getRequestMethod() + " " + path);
            if (refused(exchange)) return;
            if (path.isEmpty()) {
                answer(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
            } else if (path.contains("/manifests/")) {
                manifest(exchange, path);
            } else {
                blob(exchange, path);
            }
        } catch (InterruptedException _) {
            // close() does not wait for a slow layer to come to its end
        }
    }

    private boolean refused(HttpExchange exchange) throws IOException {
        switch (trouble) {
            case UNAUTHORIZED -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"davit test\"");
                error(exchange, 401, "UNAUTHORIZED", "authentication required");
            }
            case SERVER_ERROR -> error(exchange, 500, "UNKNOWN", "the registry has a bad day");
            case TOO_MANY_REQUESTS -> error(exchange, 429, "TOOMANYREQUESTS", "slow down");
            case NONE, CORRUPT_LAYER, TRUNCATED_LAYER, WRONG_DIGEST, BROKEN_MANIFEST, SLOW_LAYER -> {
                return false;
            }
        }
        return true;
    }

    private void manifest(HttpExchange exchange, String path) throws IOException {
        Optional<PublishedImage> found = Optional.ofNullable(manifests.get(path));
        if (found.isEmpty()) {
            error(exchange, 404, "MANIFEST_UNKNOWN", "no such manifest");
            return;
        }
        PublishedImage image = found.get();
        Digest digest = image.manifestDigest();
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
        exchange.getResponseHeaders().set("Content-Type", PublishedImage.MANIFEST_TYPE);
        String text = new String(image.manifest(), StandardCharsets.UTF_8);
        String sent = switch (trouble) {
            case WRONG_DIGEST -> text.replace("\"schemaVersion\":2", "\"schemaVersion\":2,\"x\":1");
            case BROKEN_MANIFEST -> text.substring(0, text.length() / 2);
            default -> text;
        };
        answer(exchange, 200, sent.getBytes(StandardCharsets.UTF_8));
    }

    private void blob(HttpExchange exchange, String path) throws IOException, InterruptedException {
        Optional<byte[]> found = Optional.ofNullable(blobs.get(path));
        if (found.isEmpty()) {
            error(exchange, 404, "BLOB_UNKNOWN", "no such blob");
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        byte[] bytes = found.get();
        boolean layer = manifests.values().stream().anyMatch(image -> path.endsWith("/" + image.layerDigest()));
        switch (layer ? trouble : Trouble.NONE) {
            case CORRUPT_LAYER -> answer(exchange, 200, corrupted(bytes));
            case TRUNCATED_LAYER -> truncated(exchange, bytes);
            case SLOW_LAYER -> drops(exchange, bytes);
            case NONE, WRONG_DIGEST, BROKEN_MANIFEST, UNAUTHORIZED, SERVER_ERROR, TOO_MANY_REQUESTS ->
                range(exchange, bytes);
        }
    }

    /** Serves {@code Range: bytes=N-}, the form that resumes a download. */
    private static void range(HttpExchange exchange, byte[] bytes) throws IOException {
        String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                .orElse("");
        if (!range.matches("bytes=\\d+-")) {
            answer(exchange, 200, bytes);
            return;
        }
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        String part = "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length;
        exchange.getResponseHeaders().set("Content-Range", part);
        answer(exchange, 206, Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static byte[] corrupted(byte[] bytes) {
        byte[] other = bytes.clone();
        other[other.length / 2] ^= 0x55;
        return other;
    }

    private static void truncated(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
        exchange.getResponseBody().flush();
    }

    private static void drops(HttpExchange exchange, byte[] bytes) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, bytes.length);
        OutputStream body = exchange.getResponseBody();
        for (byte one : bytes) {
            body.write(one);
            body.flush();
            Thread.sleep(DROP_INTERVAL);
        }
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        String text = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}";
        answer(exchange, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
