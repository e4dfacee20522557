package io.davit.backend.oci.tar;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Writes archives that no honest program writes: any name, type, size and extended header. */
public final class HandmadeTar {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int mode = 0644;
    private int uid;
    private int gid;

    /** For the members that follow. */
    public HandmadeTar mode(int permissions) {
        mode = permissions;
        return this;
    }

    /** For the members that follow. */
    public HandmadeTar owner(int user, int group) {
        uid = user;
        gid = group;
        return this;
    }

    public HandmadeTar file(String path, String content) {
        return file(utf8(path), content);
    }

    public HandmadeTar file(byte[] path, String content) {
        byte[] data = utf8(content);
        write(path, '0', data.length, new byte[0], 0, 0);
        return padded(data);
    }

    public HandmadeTar directory(String path) {
        write(utf8(path), '5', 0, new byte[0], 0, 0);
        return this;
    }

    public HandmadeTar symlink(String path, String target) {
        write(utf8(path), '2', 0, utf8(target), 0, 0);
        return this;
    }

    public HandmadeTar hardLink(String path, String target) {
        write(utf8(path), '1', 0, utf8(target), 0, 0);
        return this;
    }

    public HandmadeTar characterDevice(String path, int major, int minor) {
        write(utf8(path), '3', 0, new byte[0], major, minor);
        return this;
    }

    public HandmadeTar fifo(String path) {
        write(utf8(path), '6', 0, new byte[0], 0, 0);
        return this;
    }

    /** A header alone, whatever it promises. */
    public HandmadeTar header(String path, char type, long size) {
        write(utf8(path), type, size, new byte[0], 0, 0);
        return this;
    }

    /** An extended header for the next member. */
    public HandmadeTar pax(Map<String, byte[]> records) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        records.forEach((key, value) -> {
            int rest = key.length() + value.length + 3;
            int length = rest + 1;
            while (Integer.toString(length).length() + rest > length) length++;
            lines.writeBytes(utf8(length + " " + key + "="));
            lines.writeBytes(value);
            lines.write('\n');
        });
        return extension(lines.toByteArray());
    }

    /** An extended header as it is. */
    public HandmadeTar rawPax(String records) {
        return extension(utf8(records));
    }

    private HandmadeTar extension(byte[] data) {
        write(utf8("pax"), 'x', data.length, new byte[0], 0, 0);
        return padded(data);
    }

    private void write(byte[] path, char type, long size, byte[] target, int major, int minor) {
        byte[] block = new byte[512];
        System.arraycopy(path, 0, block, 0, Math.min(100, path.length));
        octal(block, 100, 8, mode);
        octal(block, 108, 8, uid);
        octal(block, 116, 8, gid);
        if (size < 0 || size >= 1L << 33) base256(block, 124, 12, size);
        else octal(block, 124, 12, size);
        octal(block, 136, 12, 1_000_000_000);
        block[156] = (byte) type;
        System.arraycopy(target, 0, block, 157, Math.min(100, target.length));
        System.arraycopy(utf8("ustar\00000"), 0, block, 257, 8);
        octal(block, 329, 8, major);
        octal(block, 337, 8, minor);
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte value : block) sum += value & 0xff;
        octal(block, 148, 7, sum);
        out.writeBytes(block);
    }

    private static void octal(byte[] block, int at, int length, long value) {
        byte[] digits = utf8(String.format("%0" + (length - 1) + "o", value));
        System.arraycopy(digits, 0, block, at, length - 1);
    }

    private static void base256(byte[] block, int at, int length, long value) {
        byte[] digits = BigInteger.valueOf(value).toByteArray();
        Arrays.fill(block, at, at + length, (byte) (value < 0 ? 0xff : 0));
        System.arraycopy(digits, 0, block, at + length - digits.length, digits.length);
        block[at] |= (byte) 0x80;
    }

    private HandmadeTar padded(byte[] data) {
        out.writeBytes(data);
        out.writeBytes(new byte[-data.length & 511]);
        return this;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The archive with its end. */
    public byte[] bytes() {
        byte[] members = out.toByteArray();
        return Arrays.copyOf(members, members.length + 1024);
    }
}
