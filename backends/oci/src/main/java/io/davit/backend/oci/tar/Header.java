package io.davit.backend.oci.tar;

import io.davit.backend.oci.syscall.RawPath;
import java.util.Arrays;

/** One block of 512 bytes with fixed fields (POSIX ustar, GNU's variant of it, and the older V7 form). */
final class Header {
    static final int BLOCK_BYTES = 512;

    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;

    private final byte[] block;

    private Header(byte[] block) {
        this.block = block;
    }

    static boolean isZero(byte[] block) {
        for (byte value : block) {
            if (value != 0) return false;
        }
        return true;
    }

    static Header parse(byte[] block) throws TarFormatException {
        Header header = new Header(block);
        header.verifyChecksum();
        return header;
    }

    // Old writers summed signed bytes; both sums are accepted, as every reader does.
    private void verifyChecksum() throws TarFormatException {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            boolean inChecksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
            unsigned += inChecksum ? ' ' : block[i] & 0xff;
            signed += inChecksum ? ' ' : block[i];
        }
        long stored = number(CHECKSUM_AT, CHECKSUM_BYTES);
        if (stored != unsigned && stored != signed) {
            throw new TarFormatException("a header's checksum is wrong: not a tar archive, or damaged");
        }
    }

    RawPath name() throws TarFormatException {
        RawPath name = path(0, 100);
        RawPath prefix = isUstar() ? path(345, 155) : RawPath.EMPTY;
        return prefix.isEmpty() ? name : prefix.resolve(name);
    }

    int mode() throws TarFormatException {
        return (int) (number(100, 8) & 07777);
    }

    long uid() throws TarFormatException {
        return number(108, 8);
    }

    long gid() throws TarFormatException {
        return number(116, 8);
    }

    long size() throws TarFormatException {
        return number(124, 12);
    }

    long modifiedSeconds() throws TarFormatException {
        return number(136, 12);
    }

    char type() {
        return (char) (block[156] & 0xff);
    }

    RawPath linkName() throws TarFormatException {
        return path(157, 100);
    }

    int nodeMajor() throws TarFormatException {
        return hasMagic() ? (int) number(329, 8) : 0;
    }

    int nodeMinor() throws TarFormatException {
        return hasMagic() ? (int) number(337, 8) : 0;
    }

    /** Of a GNU sparse file: the size once unpacked. */
    long sparseRealSize() throws TarFormatException {
        return number(483, 12);
    }

    byte[] block() {
        return block;
    }

    private boolean hasMagic() {
        return block[257] == 'u' && block[258] == 's' && block[259] == 't' && block[260] == 'a' && block[261] == 'r';
    }

    // POSIX writes "ustar\0"; GNU writes "ustar  \0" and uses the bytes of the prefix for times.
    private boolean isUstar() {
        return hasMagic() && block[262] == 0;
    }

    private RawPath path(int at, int length) throws TarFormatException {
        int end = at;
        while (end < at + length && block[end] != 0) end++;
        return RawPath.of(block, at, end - at);
    }

    long number(int at, int length) throws TarFormatException {
        return number(block, at, length);
    }

    /** Octal digits, or base 256 if the first bit is set (a GNU extension that others write too). */
    static long number(byte[] block, int at, int length) throws TarFormatException {
        if ((block[at] & 0x80) != 0) return base256(block, at, length);
        int start = at;
        int end = at + length;
        while (start < end && (block[start] == ' ' || block[start] == 0)) start++;
        while (end > start && (block[end - 1] == ' ' || block[end - 1] == 0)) end--;
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 7) throw new TarFormatException("a header's number is not octal");
            value = value << 3 | digit;
        }
        return value;
    }

    private static long base256(byte[] block, int at, int length) throws TarFormatException {
        boolean negative = (block[at] & 0x40) != 0;
        byte[] digits = Arrays.copyOfRange(block, at, at + length);
        if (!negative) digits[0] &= 0x7f;
        java.math.BigInteger value = new java.math.BigInteger(digits);
        if (value.bitLength() > 63) throw new TarFormatException("a header's number is too large: " + value);
        return value.longValue();
    }
}
