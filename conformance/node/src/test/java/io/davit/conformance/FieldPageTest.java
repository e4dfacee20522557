package io.davit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.RestorePodRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The page that says what becomes of each field of a request. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FieldPageTest {
    private static final Path PAGE = Path.of("../../docs/cri-fields.md");

    /** @param cells without the first, which is the field */
    private record Row(String field, List<String> cells) {}

    @Test
    void it_has_every_field_of_the_protocol_once_and_no_others() throws IOException {
        List<String> written = rows().stream().map(Row::field).toList();

        assertThat(written).doesNotHaveDuplicates();
        assertThat(written).containsExactlyInAnyOrderElementsOf(fields());
    }

    @Test
    void it_says_of_every_field_what_each_backend_does() throws IOException {
        assertThat(rows()).allSatisfy(row -> {
            assertThat(row.cells()).as(row.field()).hasSize(3);
            assertThat(row.cells()).as(row.field()).noneMatch(String::isBlank);
        });
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        String message = "";
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("## ")) message = line.substring(3);
            if (!line.startsWith("| ") || line.startsWith("| field |")) continue;
            List<String> cells = List.of(line.split("\\|", -1));
            List<String> words = cells.subList(1, cells.size() - 1).stream()
                    .map(String::strip)
                    .toList();
            rows.add(new Row(message + "." + words.getFirst(), words.subList(1, words.size())));
        }
        return rows;
    }

    private static Set<String> fields() {
        Set<String> fields = new LinkedHashSet<>();
        Set<Descriptor> seen = new LinkedHashSet<>();
        Deque<Descriptor> todo = new ArrayDeque<>(List.of(
                PodSandboxConfig.getDescriptor(),
                ContainerConfig.getDescriptor(),
                CheckpointContainerRequest.getDescriptor(),
                CheckpointPodRequest.getDescriptor(),
                RestorePodRequest.getDescriptor()));
        while (!todo.isEmpty()) {
            Descriptor message = todo.remove();
            if (!seen.add(message)) continue;
            for (FieldDescriptor field : message.getFields()) {
                fields.add(message.getName() + "." + field.getName());
                boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField();
                if (nested) todo.add(field.getMessageType());
            }
        }
        return fields;
    }
}
