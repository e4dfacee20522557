package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.FileType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Counts what a tree takes on disk, as du(1) does: blocks, hard links once. Follows no symlink. Used once. */
final class TreeUsage {
    /** What a stranger has nested deeper is not counted: each level costs a descriptor and a stack frame. */
    private static final int DEPTH_MAX = 128;

    private final Set<Long> counted = new HashSet<>();
    private long bytes;
    private long inodes;

    private TreeUsage() {}

    /** @param bytes allocated */
    record Total(long bytes, long inodes) {}

    /** Files that come or go meanwhile may or may not count. */
    static Total of(Directory tree) {
        TreeUsage usage = new TreeUsage();
        usage.count(tree.status());
        usage.walk(tree, 1);
        return new Total(usage.bytes, usage.inodes);
    }

    private void walk(Directory directory, int depth) {
        List<Directory.Entry> batch = directory.nextEntries();
        while (!batch.isEmpty()) {
            for (Directory.Entry entry : batch) {
                directory.status(entry.name()).ifPresent(this::count);
                if (entry.type() == FileType.DIRECTORY && depth < DEPTH_MAX) descend(directory, entry, depth);
            }
            batch = directory.nextEntries();
        }
    }

    private void descend(Directory directory, Directory.Entry entry, int depth) {
        Optional<Directory> child = directory.child(entry.name());
        if (child.isEmpty()) return;
        try (Directory opened = child.get()) {
            walk(opened, depth + 1);
        }
    }

    private void count(FileStatus status) {
        boolean again = !status.isDirectory() && status.links() > 1 && !counted.add(status.inode());
        if (again) return;
        bytes += status.allocatedBytes();
        inodes++;
    }
}
