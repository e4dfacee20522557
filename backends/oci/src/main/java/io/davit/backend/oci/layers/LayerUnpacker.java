package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.FileType;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.backend.oci.syscall.WritableFile;
import io.davit.backend.oci.tar.TarEntry;
import io.davit.backend.oci.tar.TarReader;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the members of one archive into a layer's directory, in overlayfs form. Every path is resolved by the kernel
 * inside that directory. Used by one thread, which an interrupt stops between two members.
 */
final class LayerUnpacker {
    private static final int BLOCK_BYTES = 4096;
    private static final int COPY_BYTES = 256 * 1024;

    private final LayerTree tree;
    private final LayerLimits limits;
    private final WritableFile.Buffer buffer = new WritableFile.Buffer(COPY_BYTES);
    private final byte[] chunk = new byte[COPY_BYTES];
    private final Map<RawPath, TarEntry> directories = new LinkedHashMap<>();
    private final List<TarEntry> unresolvedLinks = new ArrayList<>();

    private long entries;
    private long contentBytes;
    private long allocatedBytes;
    private long inodes = 1;
    private boolean hidesLower;

    LayerUnpacker(LayerTree tree, LayerLimits limits) {
        this.tree = tree;
        this.limits = limits;
    }

    /** Unpacks all members. Links to files of lower layers are left to {@link #unresolvedLinks}. */
    void unpack(TarReader archive) throws IOException {
        Optional<TarEntry> entry = archive.next();
        while (entry.isPresent()) {
            if (Thread.currentThread().isInterrupted()) throw new Fault(new Fault.Kind.Cancelled("unpacking a layer"));
            limits.checkEntries(++entries);
            put(entry.get(), archive);
            entry = archive.next();
        }
    }

    /** Hard links whose targets this layer does not have. */
    List<TarEntry> unresolvedLinks() {
        return unresolvedLinks;
    }

    /** Nothing of lower layers shows at all. */
    boolean hidesLower() {
        return hidesLower;
    }

    /** Sets the times of directories, which every member put into them has changed. The last step. */
    UnpackedLayer finish() {
        directories.forEach((path, entry) -> {
            RawPath name = path.isEmpty() ? RawPath.of(".") : path.name();
            Optional<Directory> parent = tree.find(path.parent());
            // It may be gone, or something else, since.
            boolean there = parent.flatMap(directory -> directory.status(name))
                    .filter(FileStatus::isDirectory)
                    .isPresent();
            if (there) parent.get().touch(name, entry.modifiedSeconds(), entry.modifiedNanos());
        });
        return new UnpackedLayer(contentBytes, allocatedBytes, inodes, hidesLower);
    }

    private void put(TarEntry entry, TarReader archive) throws IOException {
        RawPath path = entry.path().normalized();
        if (path.isEmpty()) {
            putRoot(entry);
            return;
        }
        RawPath parentPath = path.parent();
        switch (Whiteout.of(path.name())) {
            case Whiteout.None() -> put(entry, path, archive);
            case Whiteout.Removes(RawPath name) -> hide(parentPath, name);
            case Whiteout.HidesAll() -> hideAll(parentPath);
            case Whiteout.Metadata() -> {}
        }
    }

    private void putRoot(TarEntry entry) {
        if (entry.type() != TarEntry.Type.DIRECTORY) {
            throw Fault.failed("unpack a layer", "'" + entry.path() + "' would replace the root directory");
        }
        directoryAttributes(entry, RawPath.EMPTY, tree.root());
    }

    private void hide(RawPath parentPath, RawPath name) {
        OverlayMarks.hide(tree.directory(parentPath), name);
        inodes++;
    }

    private void hideAll(RawPath directory) {
        if (directory.isEmpty()) {
            hidesLower = true;
            return;
        }
        OverlayMarks.makeOpaque(tree.directory(directory), RawPath.of("."));
    }

    private void put(TarEntry entry, RawPath path, TarReader archive) throws IOException {
        Directory parent = tree.directory(path.parent());
        RawPath name = path.name();
        switch (entry.type()) {
            case FILE -> putFile(entry, parent, name, archive);
            case DIRECTORY -> putDirectory(entry, path, parent, name);
            case HARD_LINK -> putLink(entry, parent, name);
            case SYMLINK -> putNode(entry, parent, name, () -> parent.symlink(entry.target(), name));
            case FIFO -> putNode(entry, parent, name, () -> parent.mknod(name, FileType.FIFO, 0, 0, 0));
            case CHARACTER_DEVICE -> putDevice(entry, parent, name, FileType.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> putDevice(entry, parent, name, FileType.BLOCK_DEVICE);
        }
    }

    private void putFile(TarEntry entry, Directory parent, RawPath name, TarReader archive) throws IOException {
        Optional<WritableFile> created = parent.create(name);
        if (created.isEmpty()) {
            clear(parent, name);
            created = parent.create(name);
        }
        try (WritableFile file = created.orElseThrow(() -> taken(parent, name))) {
            copy(entry, archive, file);
            MemberAttributes.apply(entry, file, parent, name);
        }
        inodes++;
    }

    private void copy(TarEntry entry, TarReader archive, WritableFile file) throws IOException {
        // Before a byte is written; each size is far from the end of the number line (TarReader).
        limits.checkContent(contentBytes + entry.sizeBytes());
        long at = 0;
        for (TarEntry.Extent extent : entry.extents()) {
            if (extent.offset() > at) file.skip(extent.offset() - at);
            long left = extent.bytes();
            while (left > 0) {
                int count = archive.read(chunk, 0, (int) Math.min(left, chunk.length));
                file.write(chunk, 0, count, buffer);
                left -= count;
            }
            at = extent.offset() + extent.bytes();
            allocatedBytes += roundedUp(extent.bytes());
        }
        if (at < entry.sizeBytes()) file.setSize(entry.sizeBytes());
        contentBytes += entry.sizeBytes();
    }

    private static long roundedUp(long bytes) {
        return (bytes + BLOCK_BYTES - 1) & -BLOCK_BYTES;
    }

    private void putDirectory(TarEntry entry, RawPath path, Directory parent, RawPath name) {
        if (!parent.mkdir(name, entry.permissions())) reuse(parent, name);
        inodes++;
        allocatedBytes += BLOCK_BYTES;
        tree.described(path);
        MemberAttributes.apply(entry, parent, name);
        directories.put(path, entry);
    }

    // A directory that is there stays with what is in it; anything else makes room.
    private void reuse(Directory parent, RawPath name) {
        FileStatus there = parent.status(name).orElseThrow(() -> taken(parent, name));
        if (there.isDirectory()) return;
        clear(parent, name);
        if (!parent.mkdir(name, 0700)) throw taken(parent, name);
        // The lower layers' directory was removed before: nothing of it may show through.
        if (there.isWhiteout()) OverlayMarks.makeOpaque(parent, name);
    }

    private void directoryAttributes(TarEntry entry, RawPath path, Directory directory) {
        tree.described(path);
        MemberAttributes.apply(entry, directory, RawPath.of("."));
        directories.put(path, entry);
    }

    /** Makes a node; says whether the name was free. */
    private interface Maker {
        boolean make();
    }

    private void putNode(TarEntry entry, Directory parent, RawPath name, Maker maker) {
        make(parent, name, maker);
        MemberAttributes.apply(entry, parent, name);
        inodes++;
    }

    private void make(Directory parent, RawPath name, Maker maker) {
        if (maker.make()) return;
        clear(parent, name);
        if (!maker.make()) throw taken(parent, name);
    }

    private void putDevice(TarEntry entry, Directory parent, RawPath name, FileType type) {
        // Device 0:0 is overlayfs' own mark of a removal; as a device it is good for nothing.
        boolean forged = type == FileType.CHARACTER_DEVICE && entry.nodeMajor() == 0 && entry.nodeMinor() == 0;
        if (forged) return;
        putNode(entry, parent, name, () -> parent.mknod(name, type, 0, entry.nodeMajor(), entry.nodeMinor()));
    }

    private void putLink(TarEntry entry, Directory parent, RawPath name) {
        RawPath target = entry.target().normalized();
        Optional<Directory> targetParent = tree.find(target.parent());
        Optional<FileStatus> there = targetParent
                .flatMap(directory -> directory.status(target.name()))
                .filter(status -> !status.isWhiteout());
        if (there.isEmpty()) {
            unresolvedLinks.add(entry);
            return;
        }
        if (there.get().isDirectory()) {
            throw Fault.failed("unpack a layer", "'" + entry.path() + "' is a hard link to a directory");
        }
        if (parent.status(name).filter(status -> isSame(status, there.get())).isPresent()) return;
        make(parent, name, () -> parent.link(targetParent.get(), target.name(), name));
    }

    private static boolean isSame(FileStatus one, FileStatus other) {
        return one.inode() == other.inode() && one.device() == other.device();
    }

    private void clear(Directory parent, RawPath name) {
        Optional<FileStatus> status = parent.status(name);
        if (status.isEmpty()) return;
        tree.clear(parent, name, status.get());
    }

    private static Fault taken(Directory parent, RawPath name) {
        return Fault.failed("unpack a layer", "somebody else writes to '" + parent + "/" + name + "'");
    }
}
