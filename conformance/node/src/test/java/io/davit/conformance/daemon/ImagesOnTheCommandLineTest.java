package io.davit.conformance.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.node.Pods;
import io.davit.core.boot.Davit;
import io.davit.cri.v1.StatusRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** {@code davit images} against a daemon with the oci backend. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
class ImagesOnTheCommandLineTest {
    private final PrivateHost host = PrivateHost.make();
    private final DaemonProcess daemon = DaemonProcess.start(host);
    private final Pods pods = daemon.pods();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void forget() {
        pods.listContainers().forEach(container -> pods.remove(container.getId()));
        pods.list().forEach(pod -> pods.removePod(pod.getId()));
        assertThat(images("prune")).isZero();
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
    }

    @AfterAll
    void close() throws IOException {
        daemon.close();
        host.close();
    }

    private int images(String... words) {
        List<String> all = new ArrayList<>(List.of("images"));
        all.addAll(List.of(words));
        all.addAll(List.of("--socket", host.socket().toString()));
        return Davit.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    @Test
    void an_image_travels_in_an_archive() {
        Path archive = host.root().resolve("image.tar");
        assertThat(images("pull", host.image())).as(err.toString()).isZero();
        String id = pods.listImages().getFirst().getId();
        assertThat(images("save", "--output", archive.toString(), host.image()))
                .as(err.toString())
                .isZero();
        assertThat(images("remove", host.image())).isZero();
        assertThat(pods.listImages()).isEmpty();

        assertThat(images("load", archive.toString())).as(err.toString()).isZero();

        assertThat(pods.listImages()).hasSize(1);
        assertThat(pods.listImages().getFirst().getId()).isEqualTo(id);
        assertThat(pods.listImages().getFirst().getRepoTagsList()).containsExactly(host.image());
        String pod = pods.run("web");
        pods.start(pods.create(pod, "web", "app", "sleep", "1000000"));
        assertThat(archive.resolveSibling("image.tar.part")).doesNotExist();
    }

    @Test
    void an_archive_that_is_none_is_refused_and_so_is_a_file_that_is_not_there() throws IOException {
        Path file = Files.writeString(host.root().resolve("none.tar"), "none");

        assertThat(images("load", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no archive");
        assertThat(images("load", "/no/such/file")).isEqualTo(1);
        assertThat(err.toString()).contains("/no/such/file");
    }

    @Test
    void a_failed_save_leaves_no_file() {
        Path file = host.root().resolve("nothing.tar");

        assertThat(images("save", "-o", file.toString(), "registry.example/nobody:1"))
                .isEqualTo(1);

        assertThat(err.toString()).contains("nobody");
        assertThat(file).doesNotExist();
        assertThat(file.resolveSibling("nothing.tar.part")).doesNotExist();
    }

    @Test
    void prune_leaves_what_containers_are_made_of() {
        assertThat(images("pull", host.image())).isZero();
        String pod = pods.run("web");
        pods.start(pods.create(pod, "web", "app", "sleep", "1000000"));

        assertThat(images("prune")).isZero();
        assertThat(pods.listImages()).hasSize(1);

        pods.listContainers().forEach(container -> pods.remove(container.getId()));
        assertThat(images("prune")).isZero();
        assertThat(pods.listImages()).isEmpty();
        assertThat(out.toString()).contains("removed " + host.image());
    }

    @Test
    void a_changed_configuration_counts_after_SIGHUP() throws IOException {
        String before = Files.readString(host.configuration());
        Files.writeString(
                host.configuration(),
                before + "\n[oci.images]\nallowed = [\"other.example\"]\n[oci.registry.\"some.example\"]\n"
                        + "mirrors = [\"mirror.example\"]\n");
        host.output("kill", "-HUP", Long.toString(daemon.pid()));
        Awaitility.await().until(() -> status().contains("mirror.example"));

        assertThat(images("pull", host.image())).isEqualTo(1);
        assertThat(err.toString()).contains("oci.images.allowed");

        Files.writeString(host.configuration(), before);
        host.output("kill", "-HUP", Long.toString(daemon.pid()));
        Awaitility.await().until(() -> !status().contains("mirror.example"));
        assertThat(images("pull", host.image())).isZero();
    }

    private String status() {
        return daemon.client()
                .runtime()
                .status(StatusRequest.newBuilder().setVerbose(true).build())
                .getInfoMap()
                .toString();
    }
}
