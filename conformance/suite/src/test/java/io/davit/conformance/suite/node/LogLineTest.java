package io.davit.conformance.suite.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LogLineTest {
    private static final String TIME = "2026-01-01T00:00:00.123456789Z";

    @Test
    void records_are_told_apart_and_an_empty_line_is_one() {
        List<LogLine> lines = parse(TIME + " stdout F hello  world \n" + TIME + " stderr P \n");
        assertThat(lines).extracting(LogLine::content).containsExactly("hello  world ", "");
        assertThat(lines).extracting(LogLine::stream).containsExactly("stdout", "stderr");
        assertThat(lines.getFirst().time().getNano()).isEqualTo(123_456_789);
    }

    @Test
    void a_torn_record_is_named() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> parse(TIME + " stdout F one\nhalf a record\n"))
                .withMessageContaining("half a record");
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parse(TIME + " stdout F one"));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parse("today stdout F one\n"));
    }

    private static List<LogLine> parse(String text) {
        return LogLine.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
