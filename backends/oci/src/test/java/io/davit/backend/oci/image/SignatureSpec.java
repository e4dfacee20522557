package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Images of a registry whose images must be signed by one of two keys. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class SignatureSpec {
    private static final Path NONE = Path.of("");
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String SIGNED = "https://sigstore.dev/cosign/sign/v1";

    private final SigningKey key = SigningKey.fresh();
    private final SigningKey other = SigningKey.fresh();
    private final TestImage app = new TestImage().file("etc/app", "1");

    @TempDir
    Path directory;

    private ScriptedServer registry;

    @BeforeEach
    void start() throws IOException {
        registry = ScriptedServer.start();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private ImageStore store() throws IOException {
        Path pem = directory.resolve("cosign.pub");
        Files.writeString(pem, other.pem() + key.pem());
        RegistrySettings settings = new RegistrySettings(false, List.of(), NONE, NONE, NONE, NONE, "", pem);
        return new ImageStore(directory, ImageSettings.DEFAULTS, Map.of(registry.host(), settings));
    }

    private void assertComes() throws IOException {
        String name = app.publish(registry, "team/app", "1");
        try (ImageStore store = store()) {
            assertThat(store.pull(name).repoTags()).containsExactly(name);
        }
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
    void without_a_signature_an_image_is_refused() throws IOException {
        assertRefused("not signed");
    }

    @Test
    void while_the_keys_cannot_be_read_every_image_is_refused() throws IOException {
        String name = app.publish(registry, "team/app", "1");
        try (ImageStore store = store()) {
            Files.delete(directory.resolve("cosign.pub"));

            assertThat(store.fault(name)).hasMessageStartingWith("SignatureValidationFailed: ");
            store.assertEmpty();
        }
    }

    /** The form of cosign up to version 2. */
    @Nested
    class Under_a_tag_of_its_own_a_signature {
        private void sign(Digest named, SigningKey signer) {
            byte[] payload = ("{\"critical\":{\"identity\":{\"docker-reference\":\"x\"},\"image\":"
                            + "{\"docker-manifest-digest\":\"" + named + "\"},"
                            + "\"type\":\"cosign container image signature\"},\"optional\":null}")
                    .getBytes(StandardCharsets.UTF_8);
            String layer = TestImage.descriptor("application/vnd.dev.cosign.simplesigning.v1+json", payload)
                    .replaceFirst(
                            "}$",
                            ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\"" + signer.signature(payload)
                                    + "\"}}");
            byte[] manifest =
                    ("{\"schemaVersion\":2,\"config\":{},\"layers\":[" + layer + "]}").getBytes(StandardCharsets.UTF_8);
            registry.on("/v2/team/app/blobs/" + DigestFunction.sha256(payload), payload);
            String tag = "sha256-" + app.digest().hex() + ".sig";
            TestImage.publishManifest(registry, "team/app", tag, manifest);
        }

        @Test
        void by_one_of_the_keys_lets_the_image_in() throws IOException {
            sign(app.digest(), key);
            assertComes();
        }

        @Test
        void by_a_stranger_does_not() throws IOException {
            sign(app.digest(), SigningKey.fresh());
            assertRefused("none of its 1 signatures");
        }

        @Test
        void of_another_image_does_not() throws IOException {
            sign(DigestFunction.sha256(new byte[1]), key);
            assertRefused("none of its 1 signatures");
        }
    }

    /** The form of cosign since version 3. */
    @Nested
    class In_a_bundle_a_signature {
        private static String statement(String predicate, Digest image) {
            return "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\""
                    + image.hex() + "\"}}],\"predicateType\":\"" + predicate + "\",\"predicate\":{}}";
        }

        private byte[] signed(SigningKey signer) {
            return signer.envelope(statement(SIGNED, app.digest()));
        }

        /** Puts the bundle and its manifest there; returns the entry of an index. */
        private String publish(byte[] bundle, String annotations) {
            byte[] manifest = ("{\"schemaVersion\":2,\"artifactType\":\"" + BUNDLE + "\",\"config\":{},\"layers\":["
                            + TestImage.descriptor(BUNDLE, bundle) + "]}")
                    .getBytes(StandardCharsets.UTF_8);
            registry.on("/v2/team/app/blobs/" + DigestFunction.sha256(bundle), bundle);
            Digest digest = DigestFunction.sha256(manifest);
            TestImage.publishManifest(registry, "team/app", digest.toString(), manifest);
            return TestImage.descriptor(TestImage.OCI_MANIFEST, manifest)
                    .replaceFirst("}$", ",\"artifactType\":\"" + BUNDLE + "\"" + annotations + "}");
        }

        private static byte[] index(String... entries) {
            return ("{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}")
                    .getBytes(StandardCharsets.UTF_8);
        }

        private void refer(String... entries) {
            registry.on("/v2/team/app/referrers/" + app.digest(), index(entries));
        }

        private void refer(byte[] bundle) {
            refer(publish(bundle, ""));
        }

        @Test
        void that_refers_to_the_image_lets_it_in() throws IOException {
            refer(signed(key));
            assertComes();
        }

        @Test
        void is_found_under_a_tag_where_the_registry_knows_no_referrers() throws IOException {
            byte[] index = index(publish(signed(key), ""));
            TestImage.publishManifest(
                    registry, "team/app", "sha256-" + app.digest().hex(), index);
            assertComes();
        }

        @Test
        void may_be_of_the_manifest_itself() throws IOException {
            refer(("{\"mediaType\":\"" + BUNDLE + "\",\"messageSignature\":{\"signature\":\""
                            + key.signature(app.manifest()) + "\"}}")
                    .getBytes(StandardCharsets.UTF_8));
            assertComes();
        }

        @Test
        void is_found_among_others_that_are_damaged_or_anothers() throws IOException {
            refer(
                    "{\"artifactType\":\"application/x-other\",\"digest\":\"sha256:00\"}",
                    "{\"artifactType\":\"" + BUNDLE + "\",\"digest\":\"nonsense\"}",
                    publish("no json".getBytes(StandardCharsets.UTF_8), ""),
                    publish("{\"dsseEnvelope\":{\"payload\":\"%%%\"}}".getBytes(StandardCharsets.UTF_8), ""),
                    publish("[[[[".repeat(5000).getBytes(StandardCharsets.UTF_8), ""),
                    publish(signed(SigningKey.fresh()), ""),
                    publish(signed(key), ""));
            assertComes();
        }

        @Test
        void by_a_stranger_does_not() throws IOException {
            refer(signed(SigningKey.fresh()));
            assertRefused("none of its 1 signatures");
        }

        @Test
        void of_another_image_does_not() throws IOException {
            refer(key.envelope(statement(SIGNED, DigestFunction.sha256(new byte[1]))));
            assertRefused("none of its 1 signatures");
        }

        @Test
        void of_another_manifest_does_not() throws IOException {
            refer(("{\"messageSignature\":{\"signature\":\"" + key.signature(new byte[1]) + "\"}}")
                    .getBytes(StandardCharsets.UTF_8));
            assertRefused("none of its 1 signatures");
        }

        @Test
        void that_is_of_an_attestation_does_not() throws IOException {
            refer(key.envelope(statement("https://cyclonedx.org/bom", app.digest())));
            assertRefused("none of its 1 signatures");
        }

        @Test
        void whose_payload_was_exchanged_does_not() throws IOException {
            String bundle = new String(
                    key.envelope(statement(SIGNED, DigestFunction.sha256(new byte[1]))), StandardCharsets.UTF_8);
            String ours = new String(signed(SigningKey.fresh()), StandardCharsets.UTF_8);
            String payload = ours.replaceFirst("(?s).*\"payload\":\"([^\"]+)\".*", "$1");
            refer(bundle.replaceFirst("\"payload\":\"[^\"]+\"", "\"payload\":\"" + payload + "\"")
                    .getBytes(StandardCharsets.UTF_8));
            assertRefused("none of its 1 signatures");
        }

        @Test
        void of_another_type_of_payload_does_not() throws IOException {
            refer(key.envelope("text/plain", statement(SIGNED, app.digest()).getBytes(StandardCharsets.UTF_8)));
            assertRefused("none of its 1 signatures");
        }

        @Test
        void that_is_too_large_is_not_read() throws IOException {
            byte[] large = (new String(signed(key), StandardCharsets.UTF_8) + " ".repeat(1_100_000))
                    .getBytes(StandardCharsets.UTF_8);
            refer(large);
            assertRefused("none of its 1 signatures");
        }

        @Test
        void is_not_looked_for_in_what_says_that_it_is_an_attestation() throws IOException {
            String annotation =
                    ",\"annotations\":{\"dev.sigstore.bundle.predicateType\":\"https://slsa.dev/provenance/v1\"}";
            byte[] bundle = key.envelope(statement("https://slsa.dev/provenance/v1", app.digest()));
            refer(publish(bundle, annotation));

            assertRefused("not signed");

            assertThat(registry.requests("/v2/team/app/blobs/" + DigestFunction.sha256(bundle)))
                    .isEmpty();
        }

        @Test
        void does_not_cost_more_requests_than_a_hundred_however_many_there_are() throws IOException {
            String[] entries = new String[500];
            for (int i = 0; i < entries.length; i++)
                entries[i] = publish(("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8), "");
            refer(entries);

            assertRefused("none of its 50 signatures");

            assertThat(registry.requests()).hasSizeLessThan(110);
        }
    }
}
