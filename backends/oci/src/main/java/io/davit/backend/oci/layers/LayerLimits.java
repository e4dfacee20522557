package io.davit.backend.oci.layers;

import io.davit.core.domain.Fault;

/**
 * How much a layer may hold. Far above what images hold, low enough that one archive cannot take all inodes of a node or
 * inflate without end.
 *
 * @param entriesMax members of one archive
 * @param contentBytesMax of all files together, with their holes
 * @param ratioMax unpacked bytes per packed byte, once {@code ratioFromBytes} have been unpacked
 */
public record LayerLimits(long entriesMax, long contentBytesMax, long ratioMax, long ratioFromBytes) {
    /** What overlayfs stacks in one mount (OVL_MAX_STACK in Linux' fs/overlayfs). */
    public static final int LAYERS_MAX = 500;

    // gzip cannot pass 1032; an image of zeros with gzip comes near it, hence the generous start.
    public static final LayerLimits STANDARD = new LayerLimits(4_000_000, 4L << 40, 200, 4L << 30);

    void checkEntries(long entries) {
        if (entries > entriesMax) throw refused("more than " + entriesMax + " members");
    }

    void checkContent(long bytes) {
        if (bytes > contentBytesMax) throw refused("files of more than " + contentBytesMax + " bytes");
    }

    void checkRatio(long packedBytes, long unpackedBytes) {
        if (unpackedBytes > ratioFromBytes && unpackedBytes / ratioMax > packedBytes) {
            throw refused(unpackedBytes + " bytes from " + packedBytes + ", a decompression bomb");
        }
    }

    private static Fault refused(String why) {
        return Fault.failed("unpack a layer", why);
    }
}
