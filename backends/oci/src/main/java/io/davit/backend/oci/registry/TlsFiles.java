package io.davit.backend.oci.registry;

import io.davit.core.domain.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom to trust and what to show: the certificate files of a registry. Paths that are not set are empty. */
record TlsFiles(Path authorities, Path clientCertificate, Path clientKey) {
    /** Where distributions keep the authorities that their administrators manage: Debian, Fedora, SUSE. */
    private static final List<Path> HOST_AUTHORITIES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"));

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    static TlsFiles of(RegistrySettings settings) {
        return new TlsFiles(settings.caFile(), settings.clientCertificate(), settings.clientKey());
    }

    /** @throws Fault Failed, naming the file that cannot be read */
    SSLContext context() {
        try {
            KeyStore trusted = emptyStore();
            for (Path file : HOST_AUTHORITIES) {
                if (Files.isReadable(file)) add(trusted, file);
            }
            if (RegistrySettings.isSet(authorities)) add(trusted, authorities);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            // Without any authority the platform's own are used.
            trust.init(trusted.size() == 0 ? null : trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw Fault.failed("set up TLS", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static void add(KeyStore store, Path file) throws GeneralSecurityException {
        int number = 0;
        for (Certificate certificate : certificates(file)) {
            store.setCertificateEntry(file + "#" + number++, certificate);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (GeneralSecurityException | IOException e) {
            throw Fault.failed("read the certificates in " + file, e);
        }
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException {
        if (!RegistrySettings.isSet(clientCertificate)) return new KeyManager[0];
        KeyStore store = emptyStore();
        Certificate[] chain = certificates(clientCertificate).toArray(Certificate[]::new);
        store.setKeyEntry("client", privateKey(), NO_PASSWORD, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return keys.getKeyManagers();
    }

    private PrivateKey privateKey() throws GeneralSecurityException {
        byte[] encoded = readKey();
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException _) {
                // A key of another algorithm; the encoding tells by failing.
            }
        }
        throw Fault.failed("read the client key " + clientKey, "neither EC nor RSA nor Ed25519");
    }

    private byte[] readKey() {
        try {
            Matcher pem = PRIVATE_KEY.matcher(Files.readString(clientKey, StandardCharsets.US_ASCII));
            if (pem.find()) return Base64.getMimeDecoder().decode(pem.group(1));
        } catch (IOException e) {
            throw Fault.failed("read the client key " + clientKey, e);
        }
        throw Fault.failed(
                "read the client key " + clientKey,
                "no unencrypted PKCS#8 key in it; convert it with: openssl pkcs8 -topk8 -nodes");
    }
}
