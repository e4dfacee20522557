package io.davit.backend.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.content.DigestFunction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Debian's docker-registry as a process, on a free port of the loopback interface. */
final class DebianRegistry implements AutoCloseable {
    private static final String PROGRAM = "docker-registry";

    private final Process process;
    private final int port;

    private DebianRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Installed, or unpacked by scripts/images. */
    static Optional<Path> program() {
        String home = System.getenv().getOrDefault("HOME", "/root");
        String cache = System.getenv().getOrDefault("DAVIT_CACHE", home + "/.cache/davit");
        Path unpacked = Path.of(cache, "debs", PROGRAM, "root/usr/bin", PROGRAM);
        return Stream.of(Path.of("/usr/bin", PROGRAM), unpacked)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param settings of its environment, without the prefix REGISTRY_ */
    static DebianRegistry start(Path storage, Map<String, String> settings) throws IOException {
        int port = freePort();
        Path configuration = Files.writeString(
                storage.resolveSibling("registry.yml"),
                "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: " + storage
                        + "}}\nhttp: {addr: 127.0.0.1:" + port + "}\n");
        ProcessBuilder builder =
                new ProcessBuilder(program().orElseThrow().toString(), "serve", configuration.toString());
        Map<String, String> environment = new HashMap<>(Map.of("OTEL_TRACES_EXPORTER", "none"));
        settings.forEach((key, value) -> environment.put("REGISTRY_" + key, value));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(storage.resolveSibling("registry.log").toFile());
        DebianRegistry registry = new DebianRegistry(builder.start(), port);
        Awaitility.await().until(registry::answers);
        return registry;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        assertThat(process.isAlive()).as("the registry has ended").isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false; // not yet
        }
    }

    int port() {
        return port;
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    /** Pushes an image of one layer, while nobody asks for passwords; returns its name. */
    String push(String repository, TestImage image, int layers) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            blob(client, repository, image.config());
            for (int i = 0; i < layers; i++) blob(client, repository, image.blob(i));
            URI uri = URI.create("http://" + host() + "/v2/" + repository + "/manifests/1");
            HttpRequest put = HttpRequest.newBuilder(uri)
                    .header("Content-Type", TestImage.OCI_MANIFEST)
                    .PUT(BodyPublishers.ofByteArray(image.manifest()))
                    .build();
            assertCreated(client.send(put, BodyHandlers.ofString()));
        }
        return host() + "/" + repository + ":1";
    }

    private void blob(HttpClient client, String repository, byte[] content) throws IOException, InterruptedException {
        URI uploads = URI.create("http://" + host() + "/v2/" + repository + "/blobs/uploads/");
        HttpResponse<String> begun = client.send(
                HttpRequest.newBuilder(uploads).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        String location = begun.headers().firstValue("Location").orElseThrow();
        URI upload = URI.create(location + "&digest=" + DigestFunction.sha256(content));
        HttpRequest put = HttpRequest.newBuilder(upload)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content))
                .build();
        assertCreated(client.send(put, BodyHandlers.ofString()));
    }

    private static void assertCreated(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** A certificate for this host that nobody has signed but itself: certificate and key, in PEM. */
    static List<Path> certificate(Path directory) throws IOException, InterruptedException {
        Path certificate = directory.resolve("registry.pem");
        Path key = directory.resolve("registry.key");
        String command =
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=registry"
                        + " -addext subjectAltName=IP:127.0.0.1 -keyout " + key + " -out " + certificate;
        Process openssl =
                new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String output = new String(openssl.getInputStream().readAllBytes(), UTF_8);
        assertThat(openssl.waitFor()).as(output).isZero();
        return List.of(certificate, key);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
