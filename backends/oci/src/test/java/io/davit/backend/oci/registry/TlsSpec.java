package io.davit.backend.oci.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose authority is its own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TlsSpec {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final byte[] MANIFEST = "{}".getBytes(UTF_8);

    @TempDir
    Path directory;

    private KeyStore serverStore;
    private KeyStore clientStore;
    private Path serverPem;
    private Path clientPem;
    private Path clientKey;
    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        serverStore = selfSigned("server");
        clientStore = selfSigned("client");
        serverPem = certificate(serverStore, "server");
        clientPem = certificate(clientStore, "client");
        clientKey = pem(
                "client.key",
                "PRIVATE KEY",
                clientStore.getKey("client", PASSWORD).getEncoded());
        serve(false);
    }

    private void serve(boolean wantsCertificate) throws Exception {
        server = ScriptedServer.startTls(context(serverStore, clientStore), wantsCertificate);
        server.on("/v2/team/app/manifests/1", MANIFEST);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private KeyStore selfSigned(String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD);
        }
        return loaded;
    }

    private Path certificate(KeyStore store, String name) throws GeneralSecurityException, IOException {
        return pem(name + ".pem", "CERTIFICATE", store.getCertificate(name).getEncoded());
    }

    private Path pem(String file, String label, byte[] data) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(data);
        String text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return Files.writeString(directory.resolve(file), text);
    }

    /** Shows its own certificate; knows the client's. */
    private static SSLContext context(KeyStore own, KeyStore clients) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
        known.load(null, null);
        known.setCertificateEntry("client", clients.getCertificate("client"));
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private byte[] pull(Path authorities, Path certificate, Path key) {
        RegistrySettings settings = new RegistrySettings(false, List.of(), authorities, certificate, key);
        try (RegistryFixture fixture =
                new RegistryFixture(directory.resolve("blobs"), Map.of(server.host(), settings))) {
            return fixture.client(server.host()).manifest("1").body();
        }
    }

    @Test
    void is_trusted_when_its_authority_is_configured() {
        assertThat(pull(serverPem, RegistryFixture.NONE, RegistryFixture.NONE)).isEqualTo(MANIFEST);
    }

    @Test
    void is_shown_the_client_certificate() throws Exception {
        server.close();
        serve(true);

        assertThat(pull(serverPem, clientPem, clientKey)).isEqualTo(MANIFEST);
        assertThatThrownBy(() -> pull(serverPem, RegistryFixture.NONE, RegistryFixture.NONE))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("RegistryUnavailable: " + server.host());
    }

    @Test
    void sends_nobody_elsewhere_who_shows_the_client_certificate_there() throws Exception {
        server.close();
        serve(true);
        try (ScriptedServer storage = server) {
            serve(false);
            server.on(
                    "/v2/team/app/manifests/1",
                    (exchange, _) -> ScriptedServer.redirect(
                            exchange, "https://" + storage.host() + "/v2/team/app/manifests/1"));

            assertThatThrownBy(() -> pull(serverPem, clientPem, clientKey))
                    .isInstanceOf(Fault.class)
                    .hasMessageStartingWith("RegistryUnavailable: " + server.host());
            assertThat(storage.requests()).isEmpty();
        }
    }

    @Test
    void is_not_trusted_otherwise_and_the_setting_is_named() {
        assertThatThrownBy(() -> pull(clientPem, RegistryFixture.NONE, RegistryFixture.NONE))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("RegistryUnavailable: " + server.host() + ": TLS")
                .hasMessageContaining("ca-file in [oci.registry.\"" + server.host() + "\"]");
    }

    @Test
    void a_file_that_cannot_be_read_is_named() {
        Path missing = directory.resolve("missing.pem");

        assertThatThrownBy(() -> pull(missing, RegistryFixture.NONE, RegistryFixture.NONE))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> pull(serverPem, clientPem, serverPem))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("openssl pkcs8");
    }
}
