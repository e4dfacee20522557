package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.ExtendedAttributes;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.FileType;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.backend.oci.syscall.ReadableFile;
import io.davit.backend.oci.syscall.WritableFile;
import io.davit.backend.oci.tar.TarEntry;
import io.davit.core.domain.Fault;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The part of unpacking that needs the layers below: directories that the archive implies but does not describe look as
 * they do further down (overlayfs shows the topmost layer's), and hard links to files of lower layers become what a
 * write through overlayfs would have made: a copy in this layer.
 */
final class Settlement {
    private static final RawPath SELF = RawPath.of(".");
    private static final int COPY_BYTES = 256 * 1024;

    private final LayerTree tree;
    private final LowerLayers lower;

    Settlement(LayerTree tree, LowerLayers lower) {
        this.tree = tree;
        this.lower = lower;
    }

    void settle(List<TarEntry> unresolvedLinks) {
        unresolvedLinks.forEach(this::link);
        // A copy, because a directory that is adopted is implied no longer.
        List.copyOf(tree.implied()).forEach(this::adopt);
    }

    private void adopt(RawPath path) {
        RawPath name = path.isEmpty() ? SELF : path.name();
        Optional<Directory> parent = tree.find(path.parent());
        if (parent.isEmpty() || isOpaqueOrGone(parent.get(), name)) return;
        Optional<LowerLayers.Found> below = lower.find(path);
        if (below.isEmpty()) return;
        try (LowerLayers.Found found = below.get()) {
            if (found.status().isDirectory()) copyAttributes(found, parent.get(), name);
        }
    }

    // Opaque: the lower directory was removed before this one was made.
    private static boolean isOpaqueOrGone(Directory parent, RawPath name) {
        if (name.equals(SELF)) return false;
        Optional<Directory> directory = parent.child(name);
        if (directory.isEmpty()) return true;
        try (Directory opened = directory.get()) {
            return OverlayMarks.isOpaque(opened);
        }
    }

    private void link(TarEntry entry) {
        RawPath target = entry.target().normalized();
        RawPath path = entry.path().normalized();
        if (!isThere(target)) copyUp(entry, target);
        Directory targetParent = tree.directory(target.parent());
        Directory parent = tree.directory(path.parent());
        BooleanSupplier link = () -> parent.link(targetParent, target.name(), path.name());
        if (link.getAsBoolean()) return;
        parent.status(path.name()).ifPresent(status -> tree.clear(parent, path.name(), status));
        if (!link.getAsBoolean()) throw unresolved(entry, "its name is taken");
    }

    private boolean isThere(RawPath path) {
        return tree.find(path.parent())
                .flatMap(parent -> parent.status(path.name()))
                .filter(status -> !status.isWhiteout())
                .isPresent();
    }

    private void copyUp(TarEntry entry, RawPath target) {
        try (LowerLayers.Found found =
                lower.find(target).orElseThrow(() -> unresolved(entry, "its target does not exist"))) {
            Directory parent = tree.directory(target.parent());
            // A removal of the target in this same layer; the link brings it back.
            parent.unlink(target.name());
            switch (found.status().type()) {
                case REGULAR -> copyFile(found, parent, target.name());
                case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> copyNode(found, parent, target.name());
                case SYMLINK, DIRECTORY, SOCKET, OTHER -> throw unresolved(entry, "its target is no file");
            }
            copyAttributes(found, parent, target.name());
        }
    }

    private static void copyFile(LowerLayers.Found found, Directory parent, RawPath name) {
        WritableFile.Buffer buffer = new WritableFile.Buffer(COPY_BYTES);
        byte[] chunk = new byte[COPY_BYTES];
        try (ReadableFile from = found.parent().read(found.name());
                WritableFile to = parent.create(name).orElseThrow()) {
            for (int count; (count = from.read(chunk)) > 0; ) {
                to.write(chunk, 0, count, buffer);
            }
        }
    }

    private static void copyNode(LowerLayers.Found found, Directory parent, RawPath name) {
        FileStatus status = found.status();
        parent.mknod(name, status.type(), status.permissions(), status.nodeMajor(), status.nodeMinor());
    }

    private static void copyAttributes(LowerLayers.Found found, Directory parent, RawPath name) {
        FileStatus status = found.status();
        parent.chown(name, status.uid(), status.gid());
        if (status.type() != FileType.SYMLINK) parent.chmod(name, status.permissions());
        ExtendedAttributes from = found.parent().attributes(found.name());
        ExtendedAttributes to = parent.attributes(name);
        for (String attribute : from.names()) {
            if (!OverlayMarks.isMark(attribute)) from.get(attribute).ifPresent(value -> to.set(attribute, value));
        }
        parent.touch(name, status.modifiedSeconds(), status.modifiedNanos());
    }

    private static Fault unresolved(TarEntry entry, String why) {
        return Fault.failed(
                "unpack a layer", "the hard link '" + entry.path() + "' to '" + entry.target() + "': " + why);
    }
}
