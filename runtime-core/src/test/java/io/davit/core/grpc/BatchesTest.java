package io.davit.core.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.cri.v1.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BatchesTest {
    private static final int MIB = 1 << 20;

    @Test
    void nothing_makes_no_batch() {
        assertThat(sizes(0, 1)).isEmpty();
    }

    @Test
    void small_objects_come_in_fifties() {
        assertThat(sizes(120, 10)).containsExactly(50, 50, 20);
    }

    @Test
    void large_objects_come_in_messages_of_a_mebibyte() {
        assertThat(sizes(7, MIB / 4)).containsExactly(3, 3, 1);
    }

    @Test
    void an_object_larger_than_that_comes_alone() {
        assertThat(sizes(3, 2 * MIB)).containsExactly(1, 1, 1);
    }

    @Test
    void each_object_comes_once_and_in_order() {
        List<String> seen = new ArrayList<>();
        for (var batch : Batches.of(List.of("a", "b", "c"), name -> container(name, MIB))) {
            batch.forEach(item -> seen.add(item.getId()));
        }
        assertThat(seen).containsExactly("a", "b", "c");
    }

    private static List<Integer> sizes(int objects, int bytes) {
        List<Integer> names = IntStream.range(0, objects).boxed().toList();
        List<Integer> sizes = new ArrayList<>();
        for (var batch : Batches.of(names, name -> container("c" + name, bytes))) sizes.add(batch.size());
        return sizes;
    }

    private static Container container(String id, int bytes) {
        return Container.newBuilder()
                .setId(id)
                .putAnnotations("note", "x".repeat(bytes))
                .build();
    }
}
