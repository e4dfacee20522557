package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileType;
import io.davit.backend.oci.syscall.RawPath;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Deletes trees that strangers have filled: never follows a symlink, and a tree may be deeper than any stack. Mount
 * points below are not entered on purpose: the caller has unmounted, and EBUSY of a forgotten one is an error.
 */
public final class TreeRemoval {
    /** Directories deeper than this are moved up to the top first: each level costs a descriptor and a stack frame. */
    private static final int DEPTH_MAX = 128;

    private final Directory top;
    private final BooleanSupplier stop;
    private long moved;

    private TreeRemoval(Directory top, BooleanSupplier stop) {
        this.top = top;
        this.stop = stop;
    }

    /** Removes {@code name} and all below it; a name that is not there is fine. */
    public static void remove(Directory parent, RawPath name) {
        remove(parent, name, () -> false);
    }

    /** @param stop asked for each batch of names; once it is true the rest stays, also for the next try */
    static void remove(Directory parent, RawPath name, BooleanSupplier stop) {
        // What was moved up may have been missed by the pass that moved it: then another one follows.
        for (long moved = 1; moved > 0; ) {
            Optional<Directory> tree = parent.child(name);
            if (tree.isEmpty()) {
                parent.unlink(name);
                return;
            }
            try (Directory top = tree.get()) {
                TreeRemoval removal = new TreeRemoval(top, stop);
                removal.empty(top, 1);
                moved = removal.moved;
            }
            if (stop.getAsBoolean()) return;
        }
        parent.rmdir(name);
    }

    private void empty(Directory directory, int depth) {
        List<Directory.Entry> batch = directory.nextEntries();
        while (!batch.isEmpty() && !stop.getAsBoolean()) {
            for (Directory.Entry entry : batch) {
                boolean file = entry.type() != FileType.DIRECTORY && entry.type() != FileType.OTHER;
                if (file) directory.unlink(entry.name());
                else descend(directory, entry, depth);
            }
            batch = directory.nextEntries();
        }
    }

    private RawPath freeName() {
        long number = moved;
        while (top.status(RawPath.of("deep." + number)).isPresent()) number++;
        return RawPath.of("deep." + number);
    }

    private void descend(Directory directory, Directory.Entry entry, int depth) {
        if (depth == DEPTH_MAX) {
            directory.rename(entry.name(), top, freeName());
            moved++;
            return;
        }
        Optional<Directory> child = directory.child(entry.name());
        if (child.isEmpty()) {
            directory.unlink(entry.name());
            return;
        }
        try (Directory opened = child.get()) {
            empty(opened, depth + 1);
        }
        if (!stop.getAsBoolean()) directory.rmdir(entry.name());
    }
}
