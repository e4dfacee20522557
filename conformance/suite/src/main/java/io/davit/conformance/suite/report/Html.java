package io.davit.conformance.suite.report;

import java.util.Locale;

/** Pieces of HTML that several parts of the page use. */
final class Html {
    /** As many colours as the style sheet has for endpoints. */
    private static final int SERIES_MAX = 5;

    private Html() {}

    /** Text for between tags and in quoted attributes. */
    static String text(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String seriesClass(int endpoint) {
        return "series-" + endpoint % SERIES_MAX;
    }

    static String resultClass(Result result) {
        return switch (result) {
            case PASSED -> "pass";
            case FAILED -> "fail";
            case SKIPPED -> "skip";
        };
    }

    /** Never by colour alone. */
    static String glyph(Result result) {
        return switch (result) {
            case PASSED -> "✓";
            case FAILED -> "✗";
            case SKIPPED -> "–";
        };
    }

    static String word(Result result) {
        return result.name().toLowerCase(Locale.ROOT);
    }

    static String slug(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
