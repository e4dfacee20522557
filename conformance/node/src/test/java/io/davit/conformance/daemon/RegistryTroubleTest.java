package io.davit.conformance.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.client.Requests;
import io.davit.conformance.node.Pods;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.registry.Trouble;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveImageRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Registries that are in trouble, or not there, and what the daemon makes of it: a reason, and nothing left behind. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
class RegistryTroubleTest {
    private final PrivateHost host = PrivateHost.make();
    private final DaemonProcess daemon = DaemonProcess.start(host);
    private final Pods pods = daemon.pods();

    @AfterEach
    void nothing_is_left() {
        host.registry().misbehave(Trouble.NONE);
        pods.listImages().forEach(image -> removeImage(image.getId()));
        // Files of removed images go in the background, also from under the walk over them.
        Awaitility.await()
                .ignoreException(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(partialDownloads())
                        .as("what was downloaded and cannot be used")
                        .isEmpty());
    }

    @AfterAll
    void close() throws IOException {
        daemon.close();
        host.close();
    }

    @ParameterizedTest
    @CsvSource({
        "CORRUPT_LAYER, UNKNOWN, digest",
        "TRUNCATED_LAYER, UNKNOWN, ",
        "WRONG_DIGEST, UNKNOWN, digest",
        "BROKEN_MANIFEST, UNKNOWN, manifest",
        "UNAUTHORIZED, UNKNOWN, 401",
        "SERVER_ERROR, UNKNOWN, RegistryUnavailable",
        "TOO_MANY_REQUESTS, UNKNOWN, RegistryUnavailable"
    })
    void a_pull_from_a_registry_with_trouble_fails_with_a_reason_and_succeeds_afterwards(
            Trouble trouble, Code code, String word) {
        host.registry().misbehave(trouble);

        Status refusal = Refusal.of(() -> pods.pull(host.image()));

        assertThat(refusal.getCode()).isEqualTo(code);
        assertThat(refusal.getDescription()).contains(host.registry().host());
        if (word != null) assertThat(refusal.getDescription()).contains(word);
        assertThat(pods.listImages()).isEmpty();
        host.registry().misbehave(Trouble.NONE);
        assertThat(pods.pull(host.image())).startsWith("sha256:");
    }

    @ParameterizedTest
    @EnumSource(
            value = Trouble.class,
            mode = Mode.INCLUDE,
            names = {"NONE", "SLOW_LAYER"})
    void a_pull_with_too_short_a_deadline_exceeds_it(Trouble trouble) {
        host.registry().misbehave(trouble);

        Status refusal = Refusal.of(() -> daemon.client()
                .images()
                .withDeadlineAfter(trouble == Trouble.NONE ? 1 : 1500, TimeUnit.MILLISECONDS)
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(Requests.image(host.image()))
                        .build()));

        assertThat(refusal.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        host.registry().misbehave(Trouble.NONE);
        assertThat(pods.pull(host.image())).startsWith("sha256:");
    }

    @Test
    void an_image_its_registry_does_not_have_is_not_found() {
        Status refusal = Refusal.of(() -> pods.pull(host.registry().host() + "/test/nobody:1"));

        assertThat(refusal.getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal.getDescription()).contains("test/nobody:1");
    }

    @Test
    void a_registry_that_does_not_answer_is_unavailable_in_the_words_of_the_kubelet() {
        // Nothing listens on port 1.
        Status refusal = Refusal.of(() -> pods.pull("127.0.0.1:1/test/shell:1"));

        assertThat(refusal.getCode()).isEqualTo(Code.UNKNOWN);
        assertThat(refusal.getDescription()).startsWith("RegistryUnavailable: ").contains("127.0.0.1:1");
    }

    @Test
    void a_registry_whose_name_cannot_be_resolved_is_unavailable() {
        Status refusal = Refusal.of(() -> pods.pull("registry.invalid/test/shell:1"));

        assertThat(refusal.getCode()).isEqualTo(Code.UNKNOWN);
        assertThat(refusal.getDescription()).startsWith("RegistryUnavailable: ").contains("registry.invalid");
    }

    private void removeImage(String image) {
        var _ = daemon.client()
                .images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(Requests.image(image))
                        .build());
    }

    /** Bytes of layers in the content store; a few are kept where a later pull can go on with them. */
    private List<String> partialDownloads() throws IOException {
        try (var files = Files.walk(host.root().resolve("root"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> size(file) > 100_000)
                    .map(Path::toString)
                    .toList();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0; // removed since the list
        }
    }
}
