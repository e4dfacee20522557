package io.davit.backend.oci.tar;

import io.davit.backend.oci.syscall.RawPath;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The extended header of one member (POSIX pax): lines {@code LENGTH KEY=VALUE}, values as bytes. */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of(), List.of());

    private static final String XATTR = "SCHILY.xattr.";
    /** Sparse format 0.0 repeats these two keys, so their order counts. */
    private static final String SPARSE_OFFSET = "GNU.sparse.offset";

    private static final String SPARSE_BYTES = "GNU.sparse.numbytes";
    private static final long NANOS = 1_000_000_000;

    private final Map<String, byte[]> values;
    private final List<Long> sparsePairs;

    private PaxRecords(Map<String, byte[]> values, List<Long> sparsePairs) {
        this.values = values;
        this.sparsePairs = sparsePairs;
    }

    static PaxRecords parse(byte[] data) throws TarFormatException {
        Map<String, byte[]> values = new HashMap<>();
        List<Long> pairs = new ArrayList<>();
        int at = 0;
        while (at < data.length && data[at] != 0) {
            int space = indexOf(data, ' ', at, data.length);
            long length = decimal(text(data, at, space));
            if (length < space - at + 3 || length > data.length - at) throw damaged("its length is " + length);
            int end = at + (int) length - 1;
            if (data[end] != '\n') throw damaged("no line end");
            int equals = indexOf(data, '=', space + 1, end);
            String key = text(data, space + 1, equals);
            byte[] value = java.util.Arrays.copyOfRange(data, equals + 1, end);
            if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_BYTES)) pairs.add(decimal(text(value, 0, value.length)));
            else values.put(key, value);
            at = end + 1;
        }
        return new PaxRecords(values, pairs);
    }

    private static int indexOf(byte[] data, char wanted, int from, int to) throws TarFormatException {
        for (int i = from; i < to; i++) {
            if (data[i] == wanted) return i;
        }
        throw damaged("no '" + wanted + "'");
    }

    Optional<RawPath> path(String key) throws TarFormatException {
        byte[] value = values.get(key);
        if (value == null || value.length == 0) return Optional.empty();
        for (byte b : value) {
            if (b == 0) throw damaged("a NUL in " + key);
        }
        return Optional.of(RawPath.of(value, 0, value.length));
    }

    OptionalLong number(String key) throws TarFormatException {
        byte[] value = values.get(key);
        return value == null || value.length == 0
                ? OptionalLong.empty()
                : OptionalLong.of(decimal(text(value, 0, value.length)));
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key)).map(value -> text(value, 0, value.length));
    }

    /** Seconds and nanoseconds of a time; empty if the key is not there. */
    Optional<long[]> time(String key) throws TarFormatException {
        Optional<String> written = text(key).filter(text -> !text.isEmpty());
        if (written.isEmpty()) return Optional.empty();
        String text = written.get();
        if (text.length() > 64 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) throw damaged("the time " + text);
        try {
            BigDecimal value = new BigDecimal(text);
            BigDecimal seconds = value.setScale(0, java.math.RoundingMode.FLOOR);
            long nanos = value.subtract(seconds).movePointRight(9).longValue();
            return Optional.of(new long[] {seconds.longValueExact(), Math.min(nanos, NANOS - 1)});
        } catch (ArithmeticException | NumberFormatException e) {
            throw damaged("the time " + text);
        }
    }

    /** Extended attributes by full name. */
    Map<String, byte[]> attributes() {
        Map<String, byte[]> found = new HashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(XATTR)) found.put(key.substring(XATTR.length()), value);
        });
        return found;
    }

    /** Offsets and lengths of sparse format 0.0, in turn. */
    List<Long> sparsePairs() {
        return sparsePairs;
    }

    private static String text(byte[] data, int from, int to) {
        return new String(data, from, to - from, StandardCharsets.UTF_8);
    }

    static long decimal(String text) throws TarFormatException {
        if (text.isEmpty() || text.length() > 18) throw damaged("the number '" + text + "'");
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) throw damaged("the number '" + text + "'");
            value = value * 10 + digit;
        }
        return value;
    }

    private static TarFormatException damaged(String why) {
        return new TarFormatException("an extended header (pax) cannot be read: " + why);
    }
}
