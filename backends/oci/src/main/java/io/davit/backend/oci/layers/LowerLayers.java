package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.RawPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Looks a path up in a stack of layers as overlayfs would show it, without a mount. Symlinks in the path are not
 * followed.
 *
 * @param directories of the layers, topmost first
 */
record LowerLayers(List<Path> directories) {
    LowerLayers {
        directories = List.copyOf(directories);
    }

    /** Where a path was found: the directory that holds it, to be closed, and its status. */
    record Found(Directory parent, RawPath name, FileStatus status) implements AutoCloseable {
        @Override
        public void close() {
            parent.close();
        }
    }

    /** What one layer says of a path. */
    private sealed interface Answer {
        record Here(Found found) implements Answer {}

        /** Nothing; a lower layer may have it. */
        record Ask() implements Answer {}

        /** It is removed or hidden. */
        record Stop() implements Answer {}
    }

    /** @param path without dots; empty for the root */
    Optional<Found> find(RawPath path) {
        for (Path layer : directories) {
            switch (ask(Directory.open(layer), path)) {
                case Answer.Here(Found found) -> {
                    return Optional.of(found);
                }
                case Answer.Ask() -> {}
                case Answer.Stop() -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Answer ask(Directory root, RawPath path) {
        if (path.isEmpty()) return new Answer.Here(new Found(root, RawPath.of("."), root.status()));
        Directory at = root;
        boolean opaque = false;
        List<RawPath> parts = path.components();
        for (int i = 0; ; i++) {
            RawPath part = parts.get(i);
            Optional<FileStatus> status = at.status(part);
            boolean last = i == parts.size() - 1;
            boolean shows = status.isPresent() && !status.get().isWhiteout();
            if (shows && last) return new Answer.Here(new Found(at, part, status.get()));
            Optional<Directory> next = shows ? at.child(part) : Optional.empty();
            if (next.isEmpty()) {
                at.close();
                return status.isPresent() || opaque ? new Answer.Stop() : new Answer.Ask();
            }
            at.close();
            at = next.get();
            opaque |= OverlayMarks.isOpaque(at);
        }
    }
}
