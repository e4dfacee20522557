package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class TlsTest {
    private static final char[] PASSWORD = "password".toCharArray();
    private static final Path NONE = Path.of("");

    @TempDir
    private Path directory;

    @Test
    void with_a_certificate_the_URL_is_https_and_answers() throws Exception {
        KeyStore keys = selfSigned();
        try (ServerOnHost server = new ServerOnHost(settings(pem(keys), key(keys), NONE))) {
            String url = server.exec(ServerOnHost.OUTPUTS, "true");
            assertThat(url).startsWith("https://127.0.0.1:");
            assertThat(get(url, keys, false).statusCode()).isEqualTo(400); // no upgrade, but TLS and the token are fine
        }
    }

    @Test
    void with_a_client_CA_only_its_clients_are_served() throws Exception {
        KeyStore keys = selfSigned();
        try (ServerOnHost server = new ServerOnHost(settings(pem(keys), key(keys), pem(keys)))) {
            String url = server.exec(ServerOnHost.OUTPUTS, "true");
            assertThatThrownBy(() -> get(url, keys, false)).isInstanceOf(IOException.class);
            assertThat(get(url, keys, true).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void files_that_are_no_certificates_are_named() throws IOException {
        Path text = Files.writeString(directory.resolve("text.pem"), "no certificate");
        assertThatThrownBy(() -> new ServerOnHost(settings(text, text, NONE)).close())
                .isInstanceOf(Fault.class)
                .hasMessageContaining("streaming.tls-cert")
                .hasMessageContaining("text.pem");
    }

    private static StreamingSettings settings(Path cert, Path key, Path clientCa) {
        Duration minute = Duration.ofMinutes(1);
        return new StreamingSettings("127.0.0.1", 0, minute, minute, minute, 10, cert, key, clientCa);
    }

    private HttpResponse<String> get(String url, KeyStore keys, boolean withOwnCertificate)
            throws GeneralSecurityException, IOException, InterruptedException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(withOwnCertificate ? own.getKeyManagers() : null, trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private KeyStore selfSigned() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "davit",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=davit",
                        "-ext",
                        "bc=ca:true",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "password")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        keys.setCertificateEntry("trusted", keys.getCertificate("davit"));
        return keys;
    }

    private Path pem(KeyStore keys) throws IOException, GeneralSecurityException {
        return pem("cert.pem", "CERTIFICATE", keys.getCertificate("davit").getEncoded());
    }

    private Path key(KeyStore keys) throws IOException, GeneralSecurityException {
        return pem("key.pem", "PRIVATE KEY", keys.getKey("davit", PASSWORD).getEncoded());
    }

    private Path pem(String file, String what, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(content);
        return Files.writeString(
                directory.resolve(file), "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }
}
