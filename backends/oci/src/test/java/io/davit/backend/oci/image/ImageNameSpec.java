package io.davit.backend.oci.image;

import static io.davit.backend.oci.registry.ScriptedServer.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Image;
import io.davit.core.domain.Secret;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What names mean to a pull, and what becomes of them. */
class ImageNameSpec extends Pulling {
    @Nested
    class A_name {
        private final TestImage one = new TestImage().file("a", "one");
        private final TestImage two = new TestImage().file("a", "two");

        @Test
        void with_a_digest_brings_no_tag() {
            one.publish(server, "app", "1");

            Image image = store.pull(server.host() + "/app@" + one.digest());
            Image again = store.pull(server.host() + "/app:nonsense@" + one.digest());

            assertThat(image.repoTags()).isEmpty();
            assertThat(image.repoDigests()).containsExactly(server.host() + "/app@" + one.digest());
            assertThat(again).isEqualTo(image);
        }

        @Test
        void that_moves_to_another_image_leaves_the_old_one_without_it() {
            String name = one.publish(server, "app", "1");
            Image old = store.pull(name);
            two.publish(server, "app", "1");

            Image moved = store.pull(name);

            assertThat(moved.repoTags()).containsExactly(name);
            assertThat(store.images().list())
                    .filteredOn(image -> image.id().equals(old.id()))
                    .singleElement()
                    .satisfies(image -> {
                        assertThat(image.repoTags()).isEmpty();
                        assertThat(image.repoDigests()).isEqualTo(old.repoDigests());
                    });
            store.reopen();
            assertThat(store.images().list()).hasSize(2).contains(moved);
        }

        @Test
        void is_one_of_many() {
            String first = one.publish(server, "app", "1");
            String second = one.publish(server, "app", "2");
            String third = one.publish(server, "copy/of/app", "1");

            store.pull(first);
            store.pull(second);
            Image image = store.pull(third);

            assertThat(image.repoTags()).containsExactly(first, second, third);
            assertThat(image.repoDigests()).hasSize(2);
            assertThat(store.images().list()).containsExactly(image);
            store.images().remove(image.id());
            store.assertEmpty();
        }

        @Test
        void that_is_here_is_asked_for_with_one_request() {
            String name = one.publish(server, "app", "1");
            store.pull(name);
            int before = server.requests().size();

            store.pull(name);

            assertThat(server.requests().subList(before, server.requests().size()))
                    .extracting(ScriptedServer.Request::method)
                    .containsExactly("HEAD");
        }

        @Test
        void that_is_here_is_still_refused_to_whom_the_registry_refuses_it() {
            String name = one.publish(server, "app", "1");
            store.pull(name);
            for (String reference : List.of("1", one.digest().toString())) {
                server.on("/v2/app/manifests/" + reference, (exchange, _) -> send(exchange, 401, ""));
            }
            Credentials stranger = new Credentials.UserPassword("x", new Secret("y"), "");

            assertThatThrownBy(() -> store.pull(name, stranger)).hasMessageContaining("HTTP 401");
            assertThatThrownBy(() -> store.pull(server.host() + "/app@" + one.digest(), stranger))
                    .hasMessageContaining("HTTP 401");
        }
    }
}
