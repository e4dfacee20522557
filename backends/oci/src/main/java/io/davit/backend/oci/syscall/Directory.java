package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import io.davit.core.domain.Fault;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An open directory: names are looked up from here, whatever happens to the path above it. Names of one component are
 * taken as they are and never followed if they are symlinks; only {@link #inRoot} walks a path. Not thread-safe while
 * entries are read. Every failure is a Fault that names the call and the errno.
 */
public final class Directory implements Closeable {
    private static final int ENTRY_BUFFER_BYTES = 32 * 1024;
    private static final int ENTRY_HEADER_BYTES = 19;
    private static final int OPEN = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY;

    private final int fd;
    private final RawPath shown;
    private boolean closed;

    private Directory(int fd, RawPath shown) {
        this.fd = fd;
        this.shown = shown;
    }

    /** A name in a directory; {@code type} is OTHER where the filesystem does not tell (then ask {@link #status}). */
    public record Entry(RawPath name, FileType type) {}

    /** Opens a trusted path of ours; its last component must not be a symlink. */
    public static Directory open(Path path) {
        RawPath raw = RawPath.of(path);
        try {
            int flags = OPEN | FileCalls.O_NOFOLLOW;
            int fd = FileCalls.openat2(FileCalls.AT_FDCWD, raw.toNative(), flags, 0, FileCalls.RESOLVE_NO_MAGICLINKS);
            return new Directory(fd, raw);
        } catch (LastErrorException e) {
            throw Errno.fault("open the directory " + path, e);
        }
    }

    /** Opens a directory right below this one; empty if there is no such name or it is no directory. */
    public Optional<Directory> child(RawPath name) {
        return open(name, FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_SYMLINKS);
    }

    /**
     * Opens the directory at {@code path} as a process would see it whose root is here: absolute symlinks and ".."
     * stay inside. Empty if it is not there or is no directory.
     */
    public Optional<Directory> inRoot(RawPath path) {
        RawPath target = path.isEmpty() ? RawPath.of(".") : path;
        return open(target, FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS);
    }

    private Optional<Directory> open(RawPath path, long resolve) {
        try {
            int child = FileCalls.openat2(fd, path.toNative(), OPEN, 0, resolve);
            return Optional.of(new Directory(child, shown.resolve(path)));
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> Optional.empty();
                default -> throw failed("open", path, e);
            };
        }
    }

    /** Creates a file with mode 0600; empty if the name is taken. */
    public Optional<WritableFile> create(RawPath name) {
        int flags = FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOFOLLOW;
        try {
            int file = FileCalls.openat2(fd, name.toNative(), flags, 0600, FileCalls.RESOLVE_BENEATH);
            return Optional.of(new WritableFile(file, shown.resolve(name)));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EEXIST) return Optional.empty();
            throw failed("create", name, e);
        }
    }

    /** Opens a regular file to read; symlinks are refused. */
    public ReadableFile read(RawPath name) {
        try {
            long resolve = FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_SYMLINKS;
            return new ReadableFile(
                    FileCalls.openat2(fd, name.toNative(), FileCalls.O_RDONLY, 0, resolve), shown.resolve(name));
        } catch (LastErrorException e) {
            throw failed("open", name, e);
        }
    }

    /** Of the name itself, not of what a symlink points to; empty if there is none. */
    public Optional<FileStatus> status(RawPath name) {
        byte[] statx = new byte[FileStatus.STATX_BYTES];
        try {
            FileCalls.statx(fd, name.toNative(), FileCalls.AT_SYMLINK_NOFOLLOW, FileCalls.STATX_BASIC, statx);
            return Optional.of(FileStatus.parse(statx));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ENOENT || e.getErrorCode() == Errno.ENOTDIR) return Optional.empty();
            throw failed("stat", name, e);
        }
    }

    /** Of this directory. */
    public FileStatus status() {
        byte[] statx = new byte[FileStatus.STATX_BYTES];
        try {
            FileCalls.statx(fd, RawPath.EMPTY.toNative(), FileCalls.AT_EMPTY_PATH, FileCalls.STATX_BASIC, statx);
            return FileStatus.parse(statx);
        } catch (LastErrorException e) {
            throw failed("stat", RawPath.EMPTY, e);
        }
    }

    /** @return false if the name is taken */
    public boolean mkdir(RawPath name, int permissions) {
        try {
            FileCalls.mkdirat(fd, name.toNative(), permissions);
            return true;
        } catch (LastErrorException e) {
            return taken("mkdir", name, e);
        }
    }

    /**
     * Makes a device, fifo or socket.
     *
     * @return false if the name is taken
     */
    public boolean mknod(RawPath name, FileType type, int permissions, int major, int minor) {
        try {
            FileCalls.mknodat(fd, name.toNative(), type.bits() | permissions, device(major, minor));
            return true;
        } catch (LastErrorException e) {
            return taken("mknod", name, e);
        }
    }

    // The layout of glibc's gnu_dev_makedev (sys/sysmacros.h).
    private static long device(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xffffff00L) << 12 | (major & 0xfffff000L) << 32;
    }

    /** @return false if the name is taken */
    public boolean symlink(RawPath target, RawPath name) {
        try {
            FileCalls.symlinkat(target.toNative(), fd, name.toNative());
            return true;
        } catch (LastErrorException e) {
            return taken("symlink", name, e);
        }
    }

    /**
     * Gives {@code existing} in {@code directory} (a symlink is linked itself) another name here.
     *
     * @return false if the name is taken
     */
    public boolean link(Directory directory, RawPath existing, RawPath name) {
        try {
            FileCalls.linkat(directory.fd, existing.toNative(), fd, name.toNative(), 0);
            return true;
        } catch (LastErrorException e) {
            return taken("link " + directory.shown.resolve(existing) + " as", name, e);
        }
    }

    public void rename(RawPath name, Directory to, RawPath newName) {
        try {
            FileCalls.renameat(fd, name.toNative(), to.fd, newName.toNative());
        } catch (LastErrorException e) {
            throw failed("rename", name, e);
        }
    }

    /** Removes a name that is no directory; one that is not there is fine. */
    public void unlink(RawPath name) {
        remove(name, 0);
    }

    /** Removes an empty directory; one that is not there is fine. */
    public void rmdir(RawPath name) {
        remove(name, FileCalls.AT_REMOVEDIR);
    }

    private void remove(RawPath name, int flags) {
        try {
            FileCalls.unlinkat(fd, name.toNative(), flags);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Errno.ENOENT) throw failed("remove", name, e);
        }
    }

    /** A symlink itself is changed, not what it points to. */
    public void chown(RawPath name, int uid, int gid) {
        try {
            FileCalls.fchownat(fd, name.toNative(), uid, gid, FileCalls.AT_SYMLINK_NOFOLLOW);
        } catch (LastErrorException e) {
            throw failed("chown", name, e);
        }
    }

    /** The name must not be a symlink: chmod(2) follows it. */
    public void chmod(RawPath name, int permissions) {
        try {
            FileCalls.fchmodat(fd, name.toNative(), permissions, 0);
        } catch (LastErrorException e) {
            throw failed("chmod", name, e);
        }
    }

    /** Sets modification and access time; a symlink itself is changed. */
    public void touch(RawPath name, long seconds, int nanos) {
        try {
            long[] times = {seconds, nanos, seconds, nanos};
            FileCalls.utimensat(fd, name.toNative(), times, FileCalls.AT_SYMLINK_NOFOLLOW);
        } catch (LastErrorException e) {
            throw failed("set the times of", name, e);
        }
    }

    /** The extended attributes of a name in here; of a symlink itself. Valid while this is open. */
    public ExtendedAttributes attributes(RawPath name) {
        return new ExtendedAttributes(RawPath.of("/proc/self/fd/" + fd).resolve(name), shown.resolve(name));
    }

    /** A name in /proc/self/fd that leads here, in this process and while this is open. */
    public String magicName() {
        return Integer.toString(fd);
    }

    /** The next names, dot and dot-dot left out, in no order; an empty list at the end. For trees of any size. */
    public List<Entry> nextEntries() {
        byte[] buffer = new byte[ENTRY_BUFFER_BYTES];
        List<Entry> found = new ArrayList<>();
        try {
            while (found.isEmpty()) {
                long size = FileCalls.getdents64(fd, buffer, buffer.length);
                if (size == 0) break;
                collect(buffer, (int) size, found);
            }
            return found;
        } catch (LastErrorException e) {
            throw failed("read the entries of", RawPath.EMPTY, e);
        }
    }

    // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name with NUL.
    private static void collect(byte[] bytes, int size, List<Entry> found) {
        ByteBuffer entries = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        for (int at = 0; at < size; at += Short.toUnsignedInt(entries.getShort(at + 16))) {
            int start = at + ENTRY_HEADER_BYTES;
            int end = start;
            while (bytes[end] != 0) end++;
            RawPath name = RawPath.of(bytes, start, end - start);
            // DT_* are the type bits of the mode, shifted (dirent.h: DTTOIF).
            if (!name.is(".") && !name.is("..")) found.add(new Entry(name, FileType.of(bytes[at + 18] << 12)));
        }
    }

    /** Writes out the whole filesystem that this directory is on; may take seconds. */
    public void syncFilesystem() {
        try {
            FileCalls.syncfs(fd);
        } catch (LastErrorException e) {
            throw failed("syncfs", RawPath.EMPTY, e);
        }
    }

    /** Writes out the directory's own entries. */
    public void sync() {
        try {
            FileCalls.fsync(fd);
        } catch (LastErrorException e) {
            throw failed("fsync", RawPath.EMPTY, e);
        }
    }

    private boolean taken(String doing, RawPath name, LastErrorException error) {
        if (error.getErrorCode() == Errno.EEXIST) return false;
        throw failed(doing, name, error);
    }

    private Fault failed(String doing, RawPath name, LastErrorException error) {
        return Errno.fault(doing + " " + shown.resolve(name), error);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        FileCalls.close(fd);
    }

    @Override
    public String toString() {
        return shown.toString();
    }
}
