package io.davit.backend.oci.syscall;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;

/** A string in native memory, UTF-8 and closed by a zero byte. */
final class NativeText extends Memory {
    NativeText(String value) {
        this(value.getBytes(StandardCharsets.UTF_8));
    }

    private NativeText(byte[] bytes) {
        super(bytes.length + 1L);
        clear();
        write(0, bytes, 0, bytes.length);
    }
}
