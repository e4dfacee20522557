package io.davit.core.boot;

import io.davit.core.spi.Setting;

/** {@code [log]}: what is written to standard error. */
public record LogSettings(
        @Setting(
                comment = "Least level that is written: error, warn, info, debug or trace. Read again on SIGHUP.",
                value = "info")
        Level level,

        @Setting(
                comment = "auto: journal under systemd, else plain; journal: priorities for journald, no time;"
                        + " plain: one line of text with the time; json: one object per line.",
                value = "auto")
        Format format) {
    /** From rare to verbose. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** How a line looks. */
    public enum Format {
        AUTO,
        JOURNAL,
        PLAIN,
        JSON
    }
}
