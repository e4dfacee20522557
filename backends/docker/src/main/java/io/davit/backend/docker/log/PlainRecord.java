package io.davit.backend.docker.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Turns a record of Docker's json-file driver into a line of the CRI's log without making an object of it: a container
 * can write as fast as its daemon, and whoever copies slower falls behind until lines are lost. Knows the one layout that
 * Docker writes where no labels are logged (moby, daemon/logger/jsonfilelog/jsonlog/jsonlogbytes.go), and leaves all
 * else to {@link JsonRecord}.
 */
final class PlainRecord {
    private static final byte[] LOG = ascii("{\"log\":\"");
    private static final byte[] STREAM = ascii("\",\"stream\":\"");
    private static final byte[] TIME = ascii("\",\"time\":\"");
    private static final byte[] END = ascii("\"}");
    private static final byte[] WHOLE = ascii(" F ");
    private static final byte[] PART = ascii(" P ");
    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;

    private final byte[] bytes;
    private final int end;
    private int at;
    private byte[] line = new byte[0];
    private int length;

    private PlainRecord(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.at = begin;
        this.end = end;
    }

    /** Empty if it has another layout, or is damaged. */
    static Optional<byte[]> criLine(byte[] bytes, int offset, int length) {
        return new PlainRecord(bytes, offset, offset + length).convert();
    }

    private Optional<byte[]> convert() {
        if (!pass(LOG)) return Optional.empty();
        int text = at;
        int textEnd = passString();
        if (!pass(STREAM)) return Optional.empty();
        int stream = at;
        int streamEnd = passString();
        if (!pass(TIME)) return Optional.empty();
        int time = at;
        int timeEnd = passString();
        if (!pass(END) || at != end) return Optional.empty();

        boolean whole = textEnd - text >= 2 && escapes(textEnd - 2, 'n', text);
        // What is unescaped is never longer than it was.
        line = new byte[end - text + PART.length + 1];
        copy(time, timeEnd);
        line[length++] = ' ';
        copy(stream, streamEnd);
        put(whole ? WHOLE : PART);
        if (!unescape(text, whole ? textEnd - 2 : textEnd)) return Optional.empty();
        line[length++] = '\n';
        return Optional.of(length == line.length ? line : Arrays.copyOf(line, length));
    }

    private boolean pass(byte[] word) {
        if (!Arrays.equals(bytes, at, Math.min(end, at + word.length), word, 0, word.length)) return false;
        at += word.length;
        return true;
    }

    /** To the quotation mark that ends the string, and where that is. */
    private int passString() {
        while (at < end && bytes[at] != '"') at += bytes[at] == '\\' ? 2 : 1;
        at = Math.min(at, end);
        return at;
    }

    /** Whether a backslash stands there that is not escaped itself, and this letter behind it. */
    private boolean escapes(int place, char letter, int begin) {
        if (bytes[place] != '\\' || bytes[place + 1] != letter) return false;
        int backslashes = 0;
        for (int i = place - 1; i >= begin && bytes[i] == '\\'; i--) backslashes++;
        return backslashes % 2 == 0;
    }

    private void copy(int from, int to) {
        System.arraycopy(bytes, from, line, length, to - from);
        length += to - from;
    }

    private void put(byte[] word) {
        System.arraycopy(word, 0, line, length, word.length);
        length += word.length;
    }

    private boolean unescape(int from, int to) {
        int i = from;
        while (i < to) {
            byte one = bytes[i++];
            if (one != '\\') {
                line[length++] = one;
                continue;
            }
            byte letter = bytes[i++];
            if (letter == 'u') {
                int point = i + HEX_DIGITS <= to ? codePoint(i) : -1;
                if (point < 0) return false;
                put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                i += HEX_DIGITS;
            } else {
                int meant = meant(letter);
                if (meant < 0) return false;
                line[length++] = (byte) meant;
            }
        }
        return true;
    }

    private static int meant(byte letter) {
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> -1;
        };
    }

    /** -1 for half of a pair, and for what is no number. */
    private int codePoint(int from) {
        int point = 0;
        for (int i = from; i < from + HEX_DIGITS; i++) {
            int digit = Character.digit(bytes[i], HEX);
            if (digit < 0) return -1;
            point = point * HEX + digit;
        }
        return Character.isSurrogate((char) point) ? -1 : point;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
