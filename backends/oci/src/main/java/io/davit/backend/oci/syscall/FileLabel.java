package io.davit.backend.oci.syscall;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The SELinux context of a file, as the extended attribute that setfilecon(3) sets. */
public final class FileLabel {
    private static final String ATTRIBUTE = "security.selinux";
    /** What is nested deeper keeps its label: each level costs a descriptor and a stack frame. */
    private static final int DEPTH_MAX = 512;

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

    /** Sets it for a directory of ours and all it holds: for that first, so that a try that was broken off is seen. */
    public static void setAll(Path tree, String context) {
        FileLabel label = new FileLabel(context);
        try (Directory directory = Directory.open(tree)) {
            ExtendedAttributes own = directory.attributes(RawPath.of("."));
            if (own.has(ATTRIBUTE, label.context)) return;
            label.setBelow(directory);
            label.set(own);
        }
    }

    /** Sets it for all that a directory holds, but not for the directory; symlinks are not followed. */
    public void setBelow(Directory directory) {
        setBelow(directory, 1);
    }

    private void setBelow(Directory directory, int depth) {
        List<Directory.Entry> batch = directory.nextEntries();
        while (!batch.isEmpty()) {
            for (Directory.Entry entry : batch) {
                set(directory.attributes(entry.name()));
                if (entry.type() == FileType.DIRECTORY && depth < DEPTH_MAX) descend(directory, entry, depth);
            }
            batch = directory.nextEntries();
        }
    }

    private void descend(Directory directory, Directory.Entry entry, int depth) {
        Optional<Directory> child = directory.child(entry.name());
        if (child.isEmpty()) return;
        try (Directory opened = child.get()) {
            setBelow(opened, depth + 1);
        }
    }

    /** Nothing happens where the file system has no labels, or the file is gone. */
    public void set(ExtendedAttributes file) {
        // Most are right already, the second time: reading is cheaper than writing.
        if (!file.has(ATTRIBUTE, context)) file.set(ATTRIBUTE, context);
    }
}
