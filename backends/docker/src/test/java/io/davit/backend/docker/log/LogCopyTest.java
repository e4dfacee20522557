package io.davit.backend.docker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker's files on one side, the kubelet's on the other: every record once, whatever happens between. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LogCopyTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));

    @TempDir
    private Path directory;

    private Path json;
    private Path log;
    private Path checkpoint;
    private int written;

    @BeforeEach
    void name() {
        json = directory.resolve("docker/x-json.log");
        log = directory.resolve("pod/0.log");
        checkpoint = directory.resolve("checkpoint");
    }

    @Test
    void a_record_becomes_a_line_with_time_stream_and_tag() throws IOException {
        write("{\"log\":\"hello \\u00e4\\n\",\"stream\":\"stderr\",\"time\":\"2026-01-02T03:04:05.6Z\"}\n");

        copyOnce();

        assertThat(log).hasContent("2026-01-02T03:04:05.6Z stderr F hello ä\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain,                 plain",
                "\\u003ca\\u003e \\u0026 b, <a> & b",
                "\\t\\\"\\\\\\/,             `\t\"\\/`",
                "a\\\\n,                a\\n",
                "ä\\u20ac\\ufffd,         ä€\ufffd",
                "\\ud83d\\ude00,          \ud83d\ude00",
            })
    void escapes_are_what_they_stand_for(String escaped, String text) throws IOException {
        write(record(escaped + "\\n") + record(escaped));

        copyOnce();

        assertThat(log)
                .hasContent("2026-01-02T03:04:05Z stdout F " + text + "\n2026-01-02T03:04:05Z stdout P " + text + "\n");
    }

    @Test
    void a_record_with_labels_and_one_in_another_order_are_read_too() throws IOException {
        write("""
                {"log":"one\\n","stream":"stderr","attrs":{"tag":"x"},"time":"2026-01-02T03:04:05Z"}
                {"time":"2026-01-02T03:04:05Z","log":"two\\n","stream":"stderr"}
                """);

        copyOnce();

        assertThat(log).hasContent("2026-01-02T03:04:05Z stderr F one\n2026-01-02T03:04:05Z stderr F two\n");
    }

    @Test
    void a_long_line_comes_in_pieces_and_a_last_one_without_end_is_whole() throws IOException {
        String piece = "x".repeat(16 << 10);
        write(record(piece) + record("rest\\n") + record("prompt> "));

        copyOnce();

        assertThat(Files.readAllLines(log))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith(" P " + piece),
                        line -> assertThat(line).endsWith(" F rest"),
                        line -> assertThat(line).endsWith(" P prompt> "));
    }

    @Test
    void a_line_that_docker_is_still_writing_is_waited_for() throws IOException {
        try (LogCopy copy = copy()) {
            String line = record("late\\n");
            write(line.substring(0, 20));
            copy.copy();
            assertThat(texts()).isEmpty();

            write(line.substring(20));
            copy.copy();
        }

        assertThat(texts()).containsExactly("late");
    }

    @Test
    void rotation_by_docker_loses_nothing() throws IOException {
        try (LogCopy copy = copy()) {
            for (int round = 0; round < 5; round++) {
                writeNumbers(10);
                copy.copy();
                writeNumbers(10);
                rotate();
            }
            writeNumbers(3);
            copy.finish();
        }

        assertThat(texts()).containsExactlyElementsOf(numbers());
    }

    @Test
    void files_rotated_before_the_first_look_are_read_oldest_first() throws IOException {
        writeNumbers(5);
        rotate();
        writeNumbers(5);
        rotate();
        writeNumbers(5);

        copyOnce();

        assertThat(texts()).containsExactlyElementsOf(numbers());
    }

    @Test
    void after_a_restart_it_goes_on_where_it_was() throws IOException {
        writeNumbers(10);
        copyOnce();
        writeNumbers(10);
        rotate();
        writeNumbers(10);

        copyOnce();

        assertThat(texts()).containsExactlyElementsOf(numbers());
    }

    @Test
    void lines_copied_after_the_last_note_are_not_copied_again() throws IOException {
        writeNumbers(10);
        copyOnce();
        String noted = Files.readString(checkpoint);
        writeNumbers(10);
        copyOnce();
        // As if it had been killed between the copy and the note, in the middle of another line.
        Files.writeString(checkpoint, noted);
        Files.writeString(log, "2026-01-02T03:04:05Z stdout F ha", StandardOpenOption.APPEND);
        writeNumbers(5);

        copyOnce();

        assertThat(texts()).containsExactlyElementsOf(numbers());
    }

    @Test
    void a_kill_before_the_first_note_copies_nothing_twice() throws IOException {
        try (LogCopy copy = copy()) {
            copy.copy();
        }
        String noted = Files.readString(checkpoint);
        writeNumbers(10);
        copyOnce();
        Files.writeString(checkpoint, noted);

        copyOnce();

        assertThat(texts()).containsExactlyElementsOf(numbers());
    }

    @Test
    void a_rotation_by_the_kubelet_splits_no_line_and_loses_none() throws IOException {
        Path rotated = log.resolveSibling("0.log.20260102-030405");
        List<String> all;
        try (LogCopy copy = copy()) {
            writeNumbers(10);
            copy.copy();
            Files.move(log, rotated);
            writeNumbers(10);
            copy.reopen();
            writeNumbers(10);
            copy.finish();
            all = new ArrayList<>(texts(rotated));
            all.addAll(texts());
        }

        assertThat(all).containsExactlyElementsOf(numbers());
        assertThat(texts()).isNotEmpty();
    }

    @Test
    void a_rotation_does_not_wait_until_a_loud_container_is_silent() throws IOException {
        Path rotated = log.resolveSibling("0.log.20260102-030405");
        try (LogCopy copy = copy()) {
            writeNumbers(100_000);
            copy.reopen();
            Files.move(log, rotated);
            copy.reopen();

            assertThat(texts(rotated)).isNotEmpty().hasSizeLessThan(100_000);
            copy.finish();
        }

        List<String> all = new ArrayList<>(texts(rotated));
        all.addAll(texts());
        assertThat(all).containsExactlyElementsOf(numbers());
    }

    @Test
    void a_kill_between_the_kubelets_rename_and_its_reopen_copies_nothing_twice() throws IOException {
        writeNumbers(10);
        copyOnce();
        Path rotated = log.resolveSibling("0.log.20260102-030405");
        Files.move(log, rotated);
        writeNumbers(10);

        copyOnce();

        List<String> all = new ArrayList<>(texts(rotated));
        all.addAll(texts());
        assertThat(all).containsExactlyElementsOf(numbers());
    }

    @Test
    void damaged_records_are_left_out() throws IOException {
        write("\0\0\0\0\n" + record("good\\n"));

        copyOnce();

        assertThat(texts()).containsExactly("good");
    }

    private LogCopy copy() {
        return new LogCopy(ID, json, log, checkpoint);
    }

    /** A daemon's whole life. */
    private void copyOnce() throws IOException {
        try (LogCopy copy = copy()) {
            copy.copy();
        }
    }

    private void write(String text) throws IOException {
        Files.createDirectories(json.resolveSibling("."));
        Files.writeString(json, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void writeNumbers(int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) lines.append(record(++written + "\\n"));
        write(lines.toString());
    }

    private List<String> numbers() {
        return java.util.stream.IntStream.rangeClosed(1, written)
                .mapToObj(Integer::toString)
                .toList();
    }

    private static String record(String text) {
        return "{\"log\":\"" + text + "\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05Z\"}\n";
    }

    /** As Docker does with max-file=3. */
    private void rotate() throws IOException {
        Path first = json.resolveSibling("x-json.log.1");
        Path second = json.resolveSibling("x-json.log.2");
        Files.deleteIfExists(second);
        if (Files.exists(first)) Files.move(first, second);
        Files.move(json, first);
        Files.createFile(json);
    }

    private List<String> texts() throws IOException {
        return texts(log);
    }

    private static List<String> texts(Path file) throws IOException {
        if (!Files.exists(file)) return List.of();
        return Files.readAllLines(file).stream()
                .map(line -> line.split(" ", 4)[3])
                .toList();
    }
}
