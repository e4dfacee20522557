package io.davit.backend.oci.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class TrashTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Trash.Tree FIRST = new Trash.Tree(Path.of("/first"), 100, 3);
    private static final Trash.Tree SECOND = new Trash.Tree(Path.of("/second"), 20, 1);

    private final CountDownLatch mayDelete = new CountDownLatch(1);
    private final Set<Path> busy = ConcurrentHashMap.newKeySet();
    private final Set<Path> gone = ConcurrentHashMap.newKeySet();
    private final Trash trash = new Trash(this::delete);

    private void delete(Path tree, BooleanSupplier stop) {
        await().until(() -> stop.getAsBoolean() || mayDelete.getCount() == 0);
        if (stop.getAsBoolean()) return;
        if (busy.contains(tree)) throw Fault.failed("delete " + tree, "busy");
        gone.add(tree);
    }

    @AfterEach
    void close() {
        trash.close();
    }

    @Test
    void what_is_not_yet_deleted_is_told_and_then_no_longer() {
        trash.add(FIRST);
        trash.add(SECOND);

        assertThat(trash.content()).containsExactlyInAnyOrder(FIRST, SECOND);
        assertThat(trash.await(Duration.ofMillis(1))).isFalse();
        mayDelete.countDown();
        assertThat(trash.await(LONG)).isTrue();

        assertThat(gone).containsExactlyInAnyOrder(FIRST.path(), SECOND.path());
        assertThat(trash.content()).isEmpty();
        assertThat(trash.deleted()).isEqualTo(2);
    }

    @Test
    void what_cannot_be_deleted_holds_nobody_up_and_is_tried_again() {
        busy.add(FIRST.path());
        mayDelete.countDown();

        trash.add(FIRST);
        trash.add(SECOND);

        assertThat(trash.await(LONG)).isTrue();
        assertThat(gone).containsExactly(SECOND.path());
        assertThat(trash.content()).containsExactly(FIRST);
        busy.clear();
        trash.retry();
        assertThat(trash.await(LONG)).isTrue();
        assertThat(trash.content()).isEmpty();
    }

    @Test
    void it_works_again_after_it_was_idle() {
        mayDelete.countDown();
        for (Trash.Tree tree : List.of(FIRST, SECOND)) {
            trash.add(tree);
            assertThat(trash.await(LONG)).isTrue();
        }

        assertThat(trash.deleted()).isEqualTo(2);
    }

    @Test
    void closing_breaks_off_and_begins_nothing_more() {
        trash.add(FIRST);
        trash.add(SECOND);

        trash.close();

        mayDelete.countDown();
        trash.add(FIRST);
        assertThat(trash.await(LONG)).isTrue();
        assertThat(gone).isEmpty();
    }
}
