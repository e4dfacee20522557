package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that may not come, or must stay, because the operator says so. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class PolicySpec {
    private static final Path NONE = Path.of("");

    @TempDir
    Path directory;

    private ScriptedServer registry;
    private TestImage app;

    @BeforeEach
    void start() throws IOException {
        registry = ScriptedServer.start();
        app = new TestImage().file("etc/app", "1");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private ImageStore store(List<String> allowed, List<String> pinned) {
        return new ImageStore(directory, new ImageSettings(allowed, pinned), Map.of());
    }

    @Nested
    class An_image {
        @Test
        void of_a_place_that_is_not_allowed_is_refused_before_anybody_is_asked() {
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store(List.of("registry.example", registry.host() + "/other"), List.of())) {
                Fault fault = store.fault(name);

                assertThat(fault.kind()).isInstanceOf(Fault.Kind.Refused.class);
                assertThat(fault).hasMessageContaining(registry.host()).hasMessageContaining("oci.images.allowed");
                assertThat(registry.requests()).isEmpty();
                store.assertEmpty();
            }
        }

        @Test
        void of_an_allowed_place_comes() {
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store(List.of(registry.host() + "/team"), List.of())) {
                assertThat(store.pull(name).repoTags()).containsExactly(name);
            }
        }

        @Test
        void is_not_let_in_by_the_beginning_of_a_name() {
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store(List.of(registry.host() + "/te"), List.of())) {
                assertThat(store.fault(name).kind()).isInstanceOf(Fault.Kind.Refused.class);
            }
        }

        @Test
        void is_pinned_by_name_or_by_its_beginning() {
            String one = app.publish(registry, "team/app", "1");
            String two = new TestImage().file("x", "2").publish(registry, "infra/pause", "2");
            String three = new TestImage().file("x", "3").publish(registry, "other/app", "3");
            try (ImageStore store = store(List.of(), List.of(one, registry.host() + "/infra/*"))) {
                for (String name : List.of(one, two, three)) store.pull(name);

                assertThat(store.images().list().stream()
                                .filter(Image::pinned)
                                .flatMap(image -> image.repoTags().stream()))
                        .containsExactlyInAnyOrder(one, two);
            }
        }
    }

    @Nested
    class Where_signatures_are_wanted_an_image {
        private final KeyPair key = newKey();
        private final KeyPair other = newKey();

        private ImageStore store() throws IOException {
            Path pem = directory.resolve("cosign.pub");
            Files.writeString(pem, pem(other) + pem(key));
            RegistrySettings settings = new RegistrySettings(false, List.of(), NONE, NONE, NONE, NONE, "", pem);
            return new ImageStore(directory, ImageSettings.DEFAULTS, Map.of(registry.host(), settings));
        }

        private void sign(Digest named, KeyPair signer) {
            byte[] payload = ("{\"critical\":{\"identity\":{\"docker-reference\":\"x\"},\"image\":"
                            + "{\"docker-manifest-digest\":\"" + named + "\"},"
                            + "\"type\":\"cosign container image signature\"},\"optional\":null}")
                    .getBytes(StandardCharsets.UTF_8);
            String layer = TestImage.descriptor("application/vnd.dev.cosign.simplesigning.v1+json", payload)
                    .replaceFirst(
                            "}$",
                            ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\"" + signature(payload, signer)
                                    + "\"}}");
            byte[] manifest =
                    ("{\"schemaVersion\":2,\"config\":{},\"layers\":[" + layer + "]}").getBytes(StandardCharsets.UTF_8);
            registry.on("/v2/team/app/blobs/" + DigestFunction.sha256(payload), payload);
            String tag = "sha256-" + app.digest().hex() + ".sig";
            TestImage.publishManifest(registry, "team/app", tag, manifest);
        }

        private void assertRefused(String why) throws IOException {
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store()) {
                Fault fault = store.fault(name);

                assertThat(fault)
                        .hasMessageStartingWith("SignatureValidationFailed: ")
                        .hasMessageContaining(why);
                store.assertEmpty();
            }
        }

        @Test
        void comes_if_one_of_the_keys_has_signed_it() throws IOException {
            sign(app.digest(), key);
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store()) {
                assertThat(store.pull(name).repoTags()).containsExactly(name);
            }
        }

        @Test
        void is_refused_without_a_signature() throws IOException {
            assertRefused("not signed");
        }

        @Test
        void is_refused_with_a_strangers_signature() throws IOException {
            sign(app.digest(), newKey());
            assertRefused("none of its 1 signatures");
        }

        @Test
        void is_refused_with_the_signature_of_another_image() throws IOException {
            sign(DigestFunction.sha256(new byte[1]), key);
            assertRefused("none of its 1 signatures");
        }

        @Test
        void is_refused_while_the_keys_cannot_be_read() throws IOException {
            sign(app.digest(), key);
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store()) {
                Files.delete(directory.resolve("cosign.pub"));

                assertThat(store.fault(name)).hasMessageStartingWith("SignatureValidationFailed: ");
                store.assertEmpty();
            }
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(KeyPair key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String signature(byte[] payload, KeyPair key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key.getPrivate());
            signature.update(payload);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
