package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.TestNode;
import io.davit.core.boot.Davit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code davit images}, over the socket. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ImagesCommandSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    private int images(String... words) {
        List<String> all = new ArrayList<>(List.of("images"));
        all.addAll(List.of(words));
        all.addAll(List.of("--socket", one.node().root().resolve("cri.sock").toString()));
        return Davit.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    @Test
    void pull_brings_an_image_and_prints_its_id() {
        assertThat(images("pull", TestNode.IMAGE)).as(err.toString()).isZero();

        assertThat(out.toString()).contains(one.pods().listImages().getFirst().getId());
    }

    @Test
    void list_shows_each_name_with_id_and_size() {
        one.pods().pull(TestNode.IMAGE);
        String id = one.pods().pull(TestNode.OTHER_IMAGE);

        assertThat(images("list")).isZero();

        assertThat(out.toString())
                .startsWith("NAME")
                .contains(TestNode.IMAGE, TestNode.OTHER_IMAGE, id.substring(7, 19), "1.0 MB");
        out.getBuffer().setLength(0);
        assertThat(images("list", TestNode.IMAGE)).isZero();
        assertThat(out.toString()).contains(TestNode.IMAGE).doesNotContain(TestNode.OTHER_IMAGE);
    }

    @Test
    void inspect_prints_an_image_as_JSON_or_says_that_it_is_not_here() {
        String id = one.pods().pull(TestNode.IMAGE);

        assertThat(images("inspect", TestNode.IMAGE)).isZero();
        assertThat(out.toString()).contains("\"id\" : \"" + id + "\"", "\"Entrypoint\"");
        assertThat(images("inspect", TestNode.OTHER_IMAGE)).isEqualTo(1);
        assertThat(err.toString()).contains(TestNode.OTHER_IMAGE);
    }

    @Test
    void remove_removes_several_and_none_twice_is_no_mistake() {
        one.pods().pull(TestNode.IMAGE);
        one.pods().pull(TestNode.OTHER_IMAGE);

        assertThat(images("remove", TestNode.IMAGE, TestNode.OTHER_IMAGE)).isZero();
        assertThat(out.toString()).contains("removed " + TestNode.IMAGE, "removed " + TestNode.OTHER_IMAGE);
        out.getBuffer().setLength(0);
        assertThat(images("remove", TestNode.IMAGE)).isZero();

        assertThat(out.toString()).contains(TestNode.IMAGE + " is not here").doesNotContain("removed");
        assertThat(one.pods().listImages()).isEmpty();
    }

    @Test
    void remove_says_that_containers_keep_the_files_of_an_image() {
        one.pods().pull(TestNode.IMAGE);
        one.pods().create(one.pods().run("web"), "web", "app", "true");

        assertThat(images("remove", TestNode.IMAGE)).isZero();

        assertThat(out.toString()).contains("removed " + TestNode.IMAGE + "; its files stay until the last container");
        assertThat(one.pods().listImages()).isEmpty();
    }

    @Test
    void prune_removes_what_no_container_is_made_of() {
        one.pods().pull(TestNode.IMAGE);
        one.pods().pull(TestNode.OTHER_IMAGE);
        String pod = one.pods().run("web");
        one.pods().create(pod, "web", "app", "true");

        assertThat(images("prune")).isZero();

        assertThat(one.pods().listImages()).hasSize(1);
        assertThat(one.pods().listImages().getFirst().getRepoTagsList()).containsExactly(TestNode.IMAGE);
        assertThat(out.toString()).contains("removed " + TestNode.OTHER_IMAGE, "1 image, 1.0 MB less");
        out.getBuffer().setLength(0);
        assertThat(images("prune")).isZero();
        assertThat(out.toString()).startsWith("0 images").doesNotContain("removed");
    }

    @Test
    void a_name_too_many_is_a_mistake_and_changes_nothing() {
        assertThat(images("pull", TestNode.IMAGE, TestNode.OTHER_IMAGE)).isEqualTo(2);

        assertThat(err.toString()).contains(TestNode.OTHER_IMAGE);
        assertThat(one.pods().listImages()).isEmpty();
    }

    @Test
    void a_name_that_is_none_is_told_as_what_was_asked_for() {
        assertThat(images("pull", "Bad Name")).isEqualTo(1);
        assertThat(err.toString()).contains("pull Bad Name failed", "not an image reference");
    }

    @Test
    void what_the_registry_says_is_told_and_the_exit_code_is_1() {
        assertThat(images("pull", TestNode.ABSENT_IMAGE)).isEqualTo(1);
        assertThat(err.toString()).startsWith("davit: ").contains(TestNode.ABSENT_IMAGE);
    }

    @Test
    void a_backend_without_archives_says_so() throws IOException {
        Path file = Files.write(directory.resolve("big.tar"), new byte[3 << 20]);

        assertThat(images("load", file.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("loading images is not supported");
    }

    @Test
    void a_daemon_that_is_not_there_is_named_with_the_next_step() {
        PrintWriter errors = new PrintWriter(err, true);
        String[] words = {"images", "list", "--socket", "/nowhere/davit.sock"};

        assertThat(Davit.run(new PrintWriter(out, true), errors, words)).isEqualTo(1);

        assertThat(err.toString()).contains("/nowhere/davit.sock", "is davit running?");
    }

    @Test
    void a_name_that_is_missing_is_wrong_usage() {
        assertThat(images("pull")).isEqualTo(2);
    }
}
