package io.davit.backend.oci.process;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells one boot of the host from another: after a change, every process that a note names is gone. */
public record BootId(String value) {
    private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int LENGTH = 36;

    public static BootId current() {
        // One read takes it all, see Capability.last.
        try (InputStream file = Files.newInputStream(FILE)) {
            return new BootId(new String(file.readNBytes(LENGTH), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw Fault.failed("read " + FILE, e);
        }
    }
}
