package io.davit.core.spi;

/**
 * One line of {@code davit doctor}.
 *
 * @param subject what was looked at, e.g. "conmon"
 * @param detail what was seen, e.g. its version
 * @param remedy the command or step that mends it; empty for OK
 */
public record Finding(Level level, String subject, String detail, String remedy) {
    /** MISSING stops pods from running; WARNING costs a feature. */
    public enum Level {
        OK,
        WARNING,
        MISSING
    }

    public static Finding ok(String subject, String detail) {
        return new Finding(Level.OK, subject, detail, "");
    }

    public static Finding warning(String subject, String detail, String remedy) {
        return new Finding(Level.WARNING, subject, detail, remedy);
    }

    public static Finding missing(String subject, String detail, String remedy) {
        return new Finding(Level.MISSING, subject, detail, remedy);
    }
}
