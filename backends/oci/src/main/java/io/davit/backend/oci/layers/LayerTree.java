package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.FileType;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.Fault;
import java.io.Closeable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The directory of a layer that is being unpacked. Finds, and makes, the directories that members go into; keeps the
 * last ones open, because archives walk trees in order. Used by one thread.
 */
final class LayerTree implements Closeable {
    private static final int OPEN_MAX = 16;
    /** Of a directory that is needed but that no member describes; as the engines that build images do. */
    private static final int IMPLIED_PERMISSIONS = 0755;

    private final Directory root;
    private final LinkedHashMap<RawPath, Directory> open = new LinkedHashMap<>(OPEN_MAX, 0.75f, true);
    private final Set<RawPath> implied = new LinkedHashSet<>();
    /** Paths may lead elsewhere since a directory or a symlink went. */
    private boolean stale;

    /** @param root owned by the tree from now on */
    LayerTree(Directory root) {
        this.root = root;
        implied.add(RawPath.EMPTY);
    }

    Directory root() {
        return root;
    }

    /** Directories that no member has described so far; the root is the empty path. */
    Set<RawPath> implied() {
        return implied;
    }

    /** A member describes this directory. */
    void described(RawPath directory) {
        implied.remove(directory);
    }

    /** The directory at a path without dots, made if it is not there. Stays the tree's; open while it is in use. */
    Directory directory(RawPath path) {
        return find(path).orElseGet(() -> keep(path, make(path)));
    }

    /** The directory at a path without dots, if it is there. Stays the tree's; open while it is in use. */
    Optional<Directory> find(RawPath path) {
        if (path.isEmpty()) return Optional.of(root);
        if (stale) forgetPaths();
        Directory known = open.get(path);
        if (known != null) return Optional.of(known);
        return root.inRoot(path).map(found -> keep(path, found));
    }

    // The two or three directories that a member needs at once are always among the last ones used.
    private Directory keep(RawPath path, Directory found) {
        open.put(path, found);
        if (open.size() > OPEN_MAX) open.pollFirstEntry().getValue().close();
        return found;
    }

    private Directory make(RawPath path) {
        RawPath made = RawPath.EMPTY;
        for (RawPath part : path.components()) {
            RawPath next = made.resolve(part);
            makeOne(made, part, next);
            made = next;
        }
        return root.inRoot(path).orElseThrow(() -> blocked(path));
    }

    private void makeOne(RawPath parentPath, RawPath name, RawPath path) {
        Optional<Directory> there = root.inRoot(path);
        if (there.isPresent()) {
            there.get().close();
            return;
        }
        try (Directory parent = root.inRoot(parentPath).orElseThrow(() -> blocked(path))) {
            Optional<FileStatus> status = parent.status(name);
            boolean whiteout = status.isPresent() && status.get().isWhiteout();
            if (whiteout) parent.unlink(name);
            if (!parent.mkdir(name, IMPLIED_PERMISSIONS)) throw blocked(path);
            parent.chmod(name, IMPLIED_PERMISSIONS);
            if (whiteout) OverlayMarks.makeOpaque(parent, name);
            implied.add(path);
        }
    }

    private static Fault blocked(RawPath path) {
        return Fault.failed("unpack a layer", "members below '" + path + "', which is no directory");
    }

    /** Clears a name for something else. */
    void clear(Directory parent, RawPath name, FileStatus status) {
        if (status.isDirectory()) TreeRemoval.remove(parent, name);
        else parent.unlink(name);
        if (status.isDirectory() || status.type() == FileType.SYMLINK) stale = true;
    }

    private void forgetPaths() {
        open.values().forEach(Directory::close);
        open.clear();
        stale = false;
    }

    @Override
    public void close() {
        forgetPaths();
        root.close();
    }
}
