package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.davit.core.domain.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LogLineTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void a_plain_line_has_time_level_and_what_happened() {
        assertThat(plain(event(Level.INFO, "pod ready")))
                .isEqualTo("2026-11-22T10:00:00.000Z INFO  StopContainer: pod ready\n");
    }

    @Test
    void the_journal_gets_a_priority_and_no_time() {
        LogLine journal = new LogLine(LogSettings.Format.JOURNAL);

        assertThat(List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE))
                .extracting(level -> journal.doLayout(event(level, "x")))
                .containsExactly(
                        "<3>StopContainer: x\n",
                        "<4>StopContainer: x\n",
                        "<6>StopContainer: x\n",
                        "<7>StopContainer: x\n",
                        "<7>StopContainer: x\n");
    }

    @Test
    void a_line_feed_in_a_name_does_not_forge_a_line() {
        assertThat(plain(event(Level.INFO, "pod a\n<3>b\u001b[31m\r")))
                .endsWith("pod a\\n<3>b\\u001b[31m\\r\n")
                .containsOnlyOnce("\n");
    }

    @Test
    void an_exception_stays_on_the_line_with_its_causes() {
        LoggingEvent event = event(Level.ERROR, "a bug");
        event.setThrowableProxy(
                new ThrowableProxy(new IllegalStateException("outer", new ArithmeticException("inner"))));

        assertThat(plain(event))
                .containsOnlyOnce("\n")
                .contains("a bug !! java.lang.IllegalStateException: outer")
                .contains(" at io.davit.core.boot.LogLineTest.")
                .contains("<- caused by java.lang.ArithmeticException: inner");
    }

    @Test
    void facts_follow_the_message_and_secrets_are_not_among_them() {
        LoggingEvent event = event(Level.INFO, "pulled");
        event.setKeyValuePairs(List.of(new KeyValuePair("size", 5), new KeyValuePair("as", new Secret("xyzzy"))));

        assertThat(plain(event)).endsWith("pulled as=(secret) size=5\n");
    }

    @Test
    void json_is_one_object_per_line() {
        LoggingEvent event = event(Level.WARN, "two\nlines");
        event.setKeyValuePairs(List.of(new KeyValuePair("pod", "web")));

        String line = new LogLine(LogSettings.Format.JSON).doLayout(event);

        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(line).containsOnlyOnce("\n");
        assertThat(json.path("level").asString()).isEqualTo("WARN");
        assertThat(json.path("message").asString()).isEqualTo("two\nlines");
        assertThat(json.path("pod").asString()).isEqualTo("web");
        assertThat(json.path("time").asString()).isEqualTo("2026-11-22T10:00:00.000Z");
    }

    private static String plain(LoggingEvent event) {
        return new LogLine(LogSettings.Format.PLAIN).doLayout(event);
    }

    private LoggingEvent event(Level level, String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(context);
        event.setLoggerName("io.davit.core.operation.StopContainer");
        event.setLevel(level);
        event.setMessage(message);
        event.setInstant(Instant.parse("2026-11-22T10:00:00Z"));
        event.setMDCPropertyMap(Map.of());
        return event;
    }
}
