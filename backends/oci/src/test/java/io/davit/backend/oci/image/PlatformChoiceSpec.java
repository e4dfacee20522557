package io.davit.backend.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which image of an index is pulled. */
class PlatformChoiceSpec extends Pulling {
    private static final String OTHER = "mips64";

    @Nested
    class An_index {
        private final TestImage ours = new TestImage().file("a", "ours");
        private final TestImage theirs = new TestImage().file("a", "theirs").architecture(OTHER);

        private String publish(String type, TestImage... images) {
            for (TestImage image : images) image.publishContent(server, "app");
            byte[] index = TestImage.index(type, List.of(images));
            TestImage.publishManifest(server, "app", "1", index);
            TestImage.publishManifest(
                    server, "app", DigestFunction.sha256(index).toString(), index);
            return server.host() + "/app:1";
        }

        @Test
        void gives_the_image_for_this_platform() {
            assertThat(store.pull(publish(TestImage.OCI_INDEX, theirs, ours))
                            .id()
                            .digest())
                    .isEqualTo(ours.id());
        }

        @Test
        void of_docker_does_too_and_names_the_image_by_its_own_digest() {
            String type = "application/vnd.docker.distribution.manifest.list.v2+json";
            byte[] index = TestImage.index(type, List.of(theirs, ours));

            Image image = store.pull(publish(type, theirs, ours));

            assertThat(image.id().digest()).isEqualTo(ours.id());
            assertThat(image.repoDigests()).containsExactly(server.host() + "/app@" + DigestFunction.sha256(index));
        }

        @Test
        void whose_entry_names_no_platform_is_judged_by_the_configuration() {
            for (TestImage image : List.of(theirs, ours)) {
                String name = publish(TestImage.OCI_INDEX, image);
                byte[] index = new String(TestImage.index(TestImage.OCI_INDEX, List.of(image)), UTF_8)
                        .replaceAll(",\"platform\":\\{[^}]*}", "")
                        .getBytes(UTF_8);
                TestImage.publishManifest(server, "app", "1", index);
                TestImage.publishManifest(
                        server, "app", DigestFunction.sha256(index).toString(), index);

                if (image == ours) assertThat(store.pull(name).id().digest()).isEqualTo(ours.id());
                else assertThat(store.fault(name)).hasMessageContaining("it is for linux/" + OTHER);
            }
        }

        @Test
        void without_this_platform_says_which_it_has() {
            Fault fault = store.fault(publish(TestImage.OCI_INDEX, theirs));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class);
            assertThat(fault).hasMessageContaining("linux/" + OTHER).hasMessageContaining("/app:1");
            store.assertEmpty();
        }

        @Test
        void that_points_to_an_image_of_another_platform_is_refused() {
            Fault fault = store.fault(theirs.publish(server, "app", "1"));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class);
            assertThat(fault).hasMessageContaining("linux/" + OTHER);
            store.assertEmpty();
        }
    }
}
