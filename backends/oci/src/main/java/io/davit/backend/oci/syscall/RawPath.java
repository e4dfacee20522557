package io.davit.backend.oci.syscall;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A path or name as Linux has it: bytes without NUL. Archives and directories hold names that are not UTF-8, which a
 * {@link String} of text or a {@link Path} under a C locale would mangle.
 */
public final class RawPath {
    public static final RawPath EMPTY = new RawPath("");

    /** One char per byte (ISO 8859-1): a byte array with equals and hashCode. */
    private final String bytes;

    private RawPath(String bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if there is a NUL, which no path can hold */
    public static RawPath of(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        if (text.indexOf('\0') >= 0) throw new IllegalArgumentException("a path with a NUL byte");
        return text.isEmpty() ? EMPTY : new RawPath(text);
    }

    public static RawPath of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return of(utf8, 0, utf8.length);
    }

    public static RawPath of(Path path) {
        return of(path.toString());
    }

    public boolean isEmpty() {
        return bytes.isEmpty();
    }

    /** In bytes. */
    public int length() {
        return bytes.length();
    }

    /** Whether it begins with these ASCII characters. */
    public boolean startsWith(String ascii) {
        return bytes.startsWith(ascii);
    }

    /** Whether it ends with these ASCII characters. */
    public boolean endsWith(String ascii) {
        return bytes.endsWith(ascii);
    }

    public boolean is(String ascii) {
        return bytes.equals(ascii);
    }

    /** Without the first {@code count} bytes. */
    public RawPath substring(int count) {
        return new RawPath(bytes.substring(count));
    }

    /** Everything before the last component; empty if there is one component only. */
    public RawPath parent() {
        int slash = bytes.lastIndexOf('/');
        return slash < 0 ? EMPTY : new RawPath(bytes.substring(0, slash));
    }

    /** The last component. */
    public RawPath name() {
        int slash = bytes.lastIndexOf('/');
        return slash < 0 ? this : new RawPath(bytes.substring(slash + 1));
    }

    public RawPath resolve(RawPath child) {
        return isEmpty() ? child : new RawPath(bytes + "/" + child.bytes);
    }

    /** Components in order, without empty ones and dots. */
    public List<RawPath> components() {
        List<RawPath> found = new ArrayList<>();
        int start = 0;
        while (start <= bytes.length()) {
            int slash = bytes.indexOf('/', start);
            int end = slash < 0 ? bytes.length() : slash;
            String part = bytes.substring(start, end);
            if (!part.isEmpty() && !part.equals(".")) found.add(new RawPath(part));
            start = end + 1;
        }
        return found;
    }

    /**
     * The same place without empty components, dots, a leading slash and "..", which stops at the top as it does in
     * the root directory.
     */
    public RawPath normalized() {
        if (isPlain()) return this;
        List<String> kept = new ArrayList<>();
        for (RawPath part : components()) {
            if (!part.bytes.equals("..")) kept.add(part.bytes);
            else if (!kept.isEmpty()) kept.removeLast();
        }
        return new RawPath(String.join("/", kept));
    }

    private boolean isPlain() {
        return !bytes.isEmpty()
                && bytes.charAt(0) != '/'
                && bytes.charAt(0) != '.'
                && !bytes.endsWith("/")
                && !bytes.contains("//")
                && !bytes.contains("/.");
    }

    public byte[] toBytes() {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** With a final NUL, for the kernel. */
    byte[] toNative() {
        int length = bytes.length();
        byte[] text = new byte[length + 1];
        for (int i = 0; i < length; i++) text[i] = (byte) bytes.charAt(i);
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawPath path && path.bytes.equals(bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** As text for messages: what is not UTF-8 shows as a replacement character. */
    @Override
    public String toString() {
        return new String(toBytes(), StandardCharsets.UTF_8);
    }
}
