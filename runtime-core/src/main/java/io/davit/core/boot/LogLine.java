package io.davit.core.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One line per event, whatever the event holds: a pod's name with a line feed in it must not forge an entry. */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int STACK_FRAMES_MAX = 30;

    /** Ours by heart, so that a line starts with what differs. */
    private static final String OUR_PREFIX = "io.davit.";

    private final LogSettings.Format format;

    LogLine(LogSettings.Format format) {
        this.format = format;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return switch (format) {
            case AUTO, PLAIN -> time(event) + " " + padded(event.getLevel()) + " " + text(event) + "\n";
            case JOURNAL -> "<" + priority(event.getLevel()) + ">" + text(event) + "\n";
            case JSON -> json(event) + "\n";
        };
    }

    private static String text(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(logger(event)).append(": ");
        text.append(event.getFormattedMessage());
        facts(event)
                .forEach(
                        (key, value) -> text.append(' ').append(key).append('=').append(value));
        exception(event).ifPresent(trace -> text.append(" !! ").append(trace));
        return singleLine(text);
    }

    private static String json(ILoggingEvent event) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("time", time(event));
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        line.put("message", event.getFormattedMessage());
        facts(event).forEach((key, value) -> line.put(key, String.valueOf(value)));
        exception(event).ifPresent(trace -> line.put("exception", trace));
        return line.toString();
    }

    private static Map<String, Object> facts(ILoggingEvent event) {
        Map<String, Object> facts = new TreeMap<>(event.getMDCPropertyMap());
        if (event.getKeyValuePairs() == null) return facts;
        for (KeyValuePair pair : event.getKeyValuePairs()) facts.put(pair.key, String.valueOf(pair.value));
        return facts;
    }

    private static Optional<String> exception(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown == null) return Optional.empty();
        StringBuilder text = new StringBuilder();
        for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
            if (!text.isEmpty()) text.append(" <- caused by ");
            text.append(cause.getClassName()).append(": ").append(cause.getMessage());
            StackTraceElementProxy[] frames = cause.getStackTraceElementProxyArray();
            for (int i = 0; i < Math.min(frames.length, STACK_FRAMES_MAX); i++) {
                text.append(' ').append(frames[i].getSTEAsString());
            }
        }
        return Optional.of(text.toString());
    }

    private static String logger(ILoggingEvent event) {
        String name = event.getLoggerName();
        return name.startsWith(OUR_PREFIX) ? name.substring(name.lastIndexOf('.') + 1) : name;
    }

    private static String time(ILoggingEvent event) {
        Instant time =
                Optional.ofNullable(event.getInstant()).orElseGet(() -> Instant.ofEpochMilli(event.getTimeStamp()));
        return TIME.format(time);
    }

    private static String padded(Level level) {
        return level.toString().length() == 4 ? level + " " : level.toString();
    }

    /** Priorities of syslog(3). */
    private static int priority(Level level) {
        if (level.isGreaterOrEqual(Level.ERROR)) return 3;
        if (level.isGreaterOrEqual(Level.WARN)) return 4;
        return level.isGreaterOrEqual(Level.INFO) ? 6 : 7;
    }

    /** Control characters as {@code \n}, {@code \u001b}. */
    private static String singleLine(CharSequence text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\t' -> line.append(' ');
                case '\r' -> line.append("\\r");
                default -> line.append(Character.isISOControl(c) ? "\\u%04x".formatted((int) c) : String.valueOf(c));
            }
        }
        return line.toString();
    }

    /** Loaded only for the JSON form. */
    private static final class Json {
        static final JsonMapper MAPPER = JsonMapper.shared();
    }
}
