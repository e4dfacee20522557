package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several callers at once. */
class ParallelPullSpec extends Pulling {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final TestImage image = new TestImage().file("a", "x").file("b", "y");

    @AfterEach
    void open_the_gate() {
        gate.countDown();
    }

    /** A call on a thread of its own. */
    private record Call<T>(Thread thread, FutureTask<T> task) {
        static <T> Call<T> of(Callable<T> work) {
            FutureTask<T> task = new FutureTask<>(work);
            return new Call<>(Thread.ofVirtual().start(task), task);
        }

        T result() throws Exception {
            return task.get();
        }
    }

    private Call<Image> pulling(String name) {
        return Call.of(() -> store.pull(name));
    }

    /** The fault that a pull ends with. */
    private Call<Fault> failing(String name) {
        return Call.of(() -> store.fault(name));
    }

    /** The upper layer comes when the gate opens. */
    private String publishBehindGate(TestImage published, String repository) {
        String name = published.publish(server, repository, "1");
        server.on(published.blobPath(repository, 1), (exchange, _) -> {
            gate.await();
            ScriptedServer.send(exchange, 200, published.blob(1));
        });
        return name;
    }

    private void awaitRequests(String path, int count) {
        await().until(() -> server.requests(path).size() == count);
    }

    @Test
    void of_the_same_image_fetch_it_once() throws Exception {
        String name = publishBehindGate(image, "app");
        List<Call<Image>> pulls = new ArrayList<>();
        for (int i = 0; i < 10; i++) pulls.add(pulling(name));
        awaitRequests(image.blobPath("app", 1), 1);

        gate.countDown();

        for (Call<Image> pull : pulls) assertThat(pull.result().id().digest()).isEqualTo(image.id());
        assertThat(server.requests(image.blobPath("app", 0))).hasSize(1);
        assertThat(server.requests(image.blobPath("app", 1))).hasSize(1);
    }

    @Test
    void of_the_same_image_with_other_credentials_ask_the_registry_each_but_share_the_layers() throws Exception {
        String name = publishBehindGate(image, "app");
        Call<Image> anonymous = pulling(name);
        Call<Image> user = Call.of(() -> store.pull(name, new Credentials.UserPassword("ann", new Secret("x"), "")));
        awaitRequests("/v2/app/manifests/1", 2);

        gate.countDown();

        assertThat(user.result()).isEqualTo(anonymous.result());
        assertThat(server.requests(image.blobPath("app", 1))).hasSize(1);
    }

    @Test
    void of_images_that_share_layers_fetch_these_once() throws Exception {
        TestImage other = new TestImage().file("a", "x").file("b", "y").file("c", "z");
        Call<Image> first = pulling(publishBehindGate(image, "app"));
        awaitRequests(image.blobPath("app", 1), 1);
        Call<Image> second = pulling(publishBehindGate(other, "other"));
        awaitRequests(other.blobPath("other", 2), 1);

        gate.countDown();

        assertThat(first.result().id()).isNotEqualTo(second.result().id());
        assertThat(server.requests(other.blobPath("other", 1))).isEmpty();
    }

    @Test
    void go_on_for_the_others_when_one_caller_leaves() throws Exception {
        String name = publishBehindGate(image, "app");
        Call<Fault> leaving = failing(name);
        awaitRequests(image.blobPath("app", 1), 1);
        Call<Image> staying = pulling(name);
        await().until(() -> staying.thread().getState() == Thread.State.WAITING);

        leaving.thread().interrupt();

        assertThat(leaving.result().kind()).isInstanceOf(Fault.Kind.Cancelled.class);
        gate.countDown();
        assertThat(staying.result().id().digest()).isEqualTo(image.id());
    }

    @Test
    void stop_when_the_last_caller_leaves_and_a_new_one_starts_anew() throws Exception {
        String name = publishBehindGate(image, "app");
        Call<Fault> leaving = failing(name);
        awaitRequests(image.blobPath("app", 1), 1);

        leaving.thread().interrupt();

        assertThat(leaving.result().kind()).isInstanceOf(Fault.Kind.Cancelled.class);
        assertThat(store.images().list()).isEmpty();
        gate.countDown();
        assertThat(store.pull(name).id().digest()).isEqualTo(image.id());
        assertThat(server.requests(image.blobPath("app", 0))).hasSize(1);
    }

    @Test
    void of_another_image_do_not_suffer_when_the_caller_that_fetches_a_shared_layer_leaves() throws Exception {
        TestImage other = new TestImage().file("a", "x").file("b", "y").file("c", "z");
        Call<Fault> leaving = failing(publishBehindGate(image, "app"));
        awaitRequests(image.blobPath("app", 1), 1);
        Call<Image> staying = pulling(publishBehindGate(other, "other"));
        awaitRequests(other.blobPath("other", 2), 1);

        leaving.thread().interrupt();

        leaving.result();
        gate.countDown();
        assertThat(staying.result().id().digest()).isEqualTo(other.id());
    }

    @Test
    void removals_of_one_image_all_succeed_and_leave_nothing() throws Exception {
        ImageId id = store.pull(image.publish(server, "app", "1")).id();
        List<Call<Boolean>> removals = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            removals.add(Call.of(() -> {
                store.images().remove(id);
                return store.images().list().isEmpty();
            }));
        }

        for (Call<Boolean> removal : removals) assertThat(removal.result()).isTrue();
        store.assertEmpty();
    }

    @Test
    void pulls_and_removals_of_images_that_share_layers_end_well() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            names.add(new TestImage()
                    .file("a", "x")
                    .file("b", "y")
                    .file("c", "z" + i)
                    .publish(server, "app" + i, "1"));
        }
        List<Call<Void>> calls = new ArrayList<>();
        for (String name : names) {
            calls.add(Call.of(() -> {
                for (int round = 0; round < 20; round++) {
                    Image pulled = store.pull(name);
                    assertThat(store.images().list()).contains(pulled);
                    store.images().remove(pulled.id());
                }
                return null;
            }));
        }

        for (Call<Void> call : calls) call.result();
        store.assertEmpty();
    }
}
