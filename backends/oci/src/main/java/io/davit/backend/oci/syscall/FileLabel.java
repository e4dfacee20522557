package io.davit.backend.oci.syscall;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The SELinux context of a file, as the extended attribute that setfilecon(3) sets. */
public final class FileLabel {
    private static final String ATTRIBUTE = "security.selinux";

    private final byte[] context;

    public FileLabel(String context) {
        this.context = (context + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** For a file of ours, whose path has no symlinks. */
    public static void set(Path file, String context) {
        Path directory = Optional.ofNullable(file.getParent()).orElse(file);
        RawPath name = RawPath.of(String.valueOf(file.getFileName()));
        try (Directory above = Directory.open(directory)) {
            new FileLabel(context).set(above.attributes(name));
        }
    }

    /** Nothing happens where the file system has no labels, or the file is gone. */
    public void set(ExtendedAttributes file) {
        // Most are right already, the second time: reading is cheaper than writing.
        if (!file.has(ATTRIBUTE, context)) file.set(ATTRIBUTE, context);
    }
}
