package io.davit.backend.oci.syscall;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Map;

/**
 * The C library that the classes of this package bind their native methods to. Strings cross as UTF-8 whatever the
 * daemon's locale is: paths and names of the protocol are UTF-8.
 */
final class Libc {
    private static final NativeLibrary LIBRARY =
            NativeLibrary.getInstance("libc.so.6", Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    private Libc() {}

    /** Binds the {@code static native} methods of {@code type}; for its static initialiser. */
    static void bind(Class<?> type) {
        Native.register(type, LIBRARY);
    }
}
