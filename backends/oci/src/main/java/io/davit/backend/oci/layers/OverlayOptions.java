package io.davit.backend.oci.layers;

import io.davit.backend.oci.files.Appearance;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options of every overlay of ours.
 *
 * @param text to be added to the directories
 */
record OverlayOptions(String text) {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

    OverlayOptions with(Appearance shown) {
        return new OverlayOptions(text + shown.contextOption());
    }

    /** For the running kernel. */
    static OverlayOptions forThisKernel() {
        try {
            return forKernel(Files.readString(RELEASE));
        } catch (IOException e) {
            throw Fault.failed("read " + RELEASE, e);
        }
    }

    /**
     * index=off: with an index, layers could not be shared between overlays. volatile (since Linux 5.10): no fsync
     * reaches the disk, which makes package managers quick; after a power cut no writable layer is used again anyway.
     */
    static OverlayOptions forKernel(String release) {
        Matcher version = VERSION.matcher(release);
        boolean knowsVolatile = version.matches()
                && Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2)) >= 5010;
        return new OverlayOptions(knowsVolatile ? ",index=off,volatile" : ",index=off");
    }
}
