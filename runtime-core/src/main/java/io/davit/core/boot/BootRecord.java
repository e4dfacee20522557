package io.davit.core.boot;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Remembers in which boot of the node the records were last true. */
record BootRecord(Path file, String current, boolean rebooted) {
    static BootRecord read(Path root) {
        Path file = root.resolve("boot-id");
        String current = BootId.current();
        try {
            boolean rebooted =
                    Files.exists(file) && !Files.readString(file).strip().equals(current);
            return new BootRecord(file, current, rebooted);
        } catch (IOException e) {
            throw Fault.failed("reading " + file, e);
        }
    }

    /** After recovery: a crash before it must recover once more. */
    void write() {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.writeString(temporary, current + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Fault.failed("writing " + file, e);
        }
    }
}
