package io.davit.core.boot;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's random id of this boot: when it has changed, every process of before is gone. */
public final class BootId {
    private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

    private BootId() {}

    /** A UUID in lower case (random(4)). */
    public static String current() {
        try {
            return Files.readString(FILE).strip();
        } catch (IOException e) {
            throw Fault.failed("reading the boot id " + FILE, e);
        }
    }
}
