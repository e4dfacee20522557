package io.davit.backend.oci.content;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.List;

/**
 * Digests by the host's OpenSSL (EVP_Digest*(3)), where it is installed. The JDK uses the processor's SHA instructions
 * in code of the C2 compiler only, which the daemon does without: there OpenSSL is about ten times as fast.
 */
final class OpenSsl {
    /** OpenSSL 3 and 1.1 have the same functions. */
    private static final List<String> LIBRARIES = List.of("libcrypto.so.3", "libcrypto.so.1.1");

    private static final boolean AVAILABLE = load();
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int DIGEST_BYTES_MAX = 64;

    private OpenSsl() {}

    private static boolean load() {
        for (String name : LIBRARIES) {
            try {
                Native.register(OpenSsl.class, NativeLibrary.getInstance(name));
                return true;
            } catch (UnsatisfiedLinkError _) {
                // Another version, or none: the JDK computes the same digests.
            }
        }
        return false;
    }

    static boolean isAvailable() {
        return AVAILABLE;
    }

    /** @param algorithm sha256 or sha512 */
    static DigestFunction.State state(String algorithm) {
        return new State(algorithm);
    }

    private static final class State implements DigestFunction.State {
        private final Pointer algorithm;
        private final Pointer context = EVP_MD_CTX_new();
        private final Memory buffer = new Memory(BUFFER_BYTES);
        private final int digestBytes;

        State(String algorithm) {
            boolean longer = algorithm.equals("sha512");
            this.algorithm = longer ? EVP_sha512() : EVP_sha256();
            this.digestBytes = longer ? 64 : 32;
            Pointer owned = context;
            CLEANER.register(this, () -> EVP_MD_CTX_free(owned));
            start();
        }

        private void start() {
            check(EVP_DigestInit_ex(context, algorithm, Pointer.NULL));
        }

        @Override
        public void update(byte[] data, int offset, int length) {
            int at = offset;
            int left = length;
            while (left > 0) {
                int count = Math.min(left, BUFFER_BYTES);
                buffer.write(0, data, at, count);
                check(EVP_DigestUpdate(context, buffer, count));
                at += count;
                left -= count;
            }
        }

        @Override
        public byte[] finish() {
            byte[] digest = new byte[DIGEST_BYTES_MAX];
            check(EVP_DigestFinal_ex(context, digest, Pointer.NULL));
            start();
            return Arrays.copyOf(digest, digestBytes);
        }

        private static void check(int result) {
            if (result != 1) throw new IllegalStateException("OpenSSL cannot compute a digest");
        }
    }

    private static native Pointer EVP_sha256();

    private static native Pointer EVP_sha512();

    private static native Pointer EVP_MD_CTX_new();

    private static native void EVP_MD_CTX_free(Pointer context);

    private static native int EVP_DigestInit_ex(Pointer context, Pointer algorithm, Pointer engine);

    private static native int EVP_DigestUpdate(Pointer context, Pointer data, long length);

    private static native int EVP_DigestFinal_ex(Pointer context, byte[] digest, Pointer length);
}
