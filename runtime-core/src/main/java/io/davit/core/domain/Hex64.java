package io.davit.core.domain;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** 64 lower-case hexadecimal digits: the form of ids that log agents and the kubelet's symlinks expect. */
final class Hex64 {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
    private static final int BYTES = 32;

    private Hex64() {}

    static String check(String what, String value) {
        if (FORM.matcher(value).matches()) return value;
        throw Fault.invalid(what, "not 64 lower-case hexadecimal digits: '" + value + "'");
    }

    static String random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
