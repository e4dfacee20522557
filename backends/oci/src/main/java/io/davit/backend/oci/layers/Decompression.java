package io.davit.backend.oci.layers;

import com.github.luben.zstd.ZstdInputStream;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;

/**
 * Finds out how a layer is compressed by its first bytes, as other engines do: media types in manifests are often wrong.
 */
public final class Decompression {
    private static final int MAGIC_BYTES = 6;
    private static final int GZIP_BUFFER_BYTES = 128 * 1024;
    /** 128 MiB, what the zstd tool accepts without being asked twice; more is a way to eat memory. */
    private static final int ZSTD_WINDOW_LOG_MAX = 27;

    private Decompression() {}

    /** @param packed whose {@code available} is 0 at the end only: gzip asks so whether another member follows */
    public static InputStream open(InputStream packed) throws IOException {
        PushbackInputStream whole = new PushbackInputStream(packed, MAGIC_BYTES);
        byte[] magic = whole.readNBytes(MAGIC_BYTES);
        whole.unread(magic);
        if (startsWith(magic, 0x1f, 0x8b)) return new GZIPInputStream(whole, GZIP_BUFFER_BYTES);
        // Seekable zstd begins with a skippable frame, whose last four bits are free.
        boolean skippable =
                magic.length > 3 && (magic[0] & 0xf0) == 0x50 && startsWith(magic, magic[0] & 0xff, 0x2a, 0x4d, 0x18);
        if (skippable || startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
            return new ZstdInputStream(whole).setLongMax(ZSTD_WINDOW_LOG_MAX);
        }
        if (startsWith(magic, 'B', 'Z', 'h')) throw unsupported("bzip2");
        if (startsWith(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) throw unsupported("xz");
        return whole;
    }

    private static boolean startsWith(byte[] data, int... magic) {
        if (data.length < magic.length) return false;
        for (int i = 0; i < magic.length; i++) {
            if ((data[i] & 0xff) != magic[i]) return false;
        }
        return true;
    }

    private static Fault unsupported(String compression) {
        return new Fault(new Fault.Kind.Unsupported(
                "a layer compressed with " + compression, "OCI images use gzip, zstd or no compression"));
    }
}
