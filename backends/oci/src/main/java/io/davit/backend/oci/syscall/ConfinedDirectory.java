package io.davit.backend.oci.syscall;

import static io.davit.backend.oci.syscall.OpenFlags.O_CLOEXEC;
import static io.davit.backend.oci.syscall.OpenFlags.O_DIRECTORY;
import static io.davit.backend.oci.syscall.OpenFlags.O_PATH;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.davit.core.domain.Fault;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory whose content somebody else made, such as an image: names in it are resolved by the kernel as if it were
 * the root (openat2(2), Linux 5.6), so that no symlink leads out of it.
 */
public final class ConfinedDirectory implements AutoCloseable {
    private static final long SYS_OPENAT2 = 437;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_IN_ROOT = 0x10;
    private static final int DIRECTORY_MODE = 0755;
    /** As many as the kernel follows (path_resolution(7)). */
    private static final int LINKS_MAX = 40;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    // struct open_how { u64 flags; u64 mode; u64 resolve; }
    private static final int OPEN_HOW_BYTES = 24;
    private static final int RESOLVE_OFFSET = 16;

    static {
        Libc.bind(ConfinedDirectory.class);
    }

    private final Path path;
    private final Descriptor directory;

    private ConfinedDirectory(Path path, Descriptor directory) {
        this.path = path;
        this.directory = directory;
    }

    /** Opens {@code path}, which we trust. */
    public static ConfinedDirectory open(Path path) {
        try {
            return new ConfinedDirectory(path, new Descriptor(open(path.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
        } catch (LastErrorException e) {
            throw Errno.fault("open the directory " + path, e);
        }
    }

    /**
     * Reads a regular file whole.
     *
     * @return empty if there is none of that name
     * @throws Fault Failed if it is larger than {@code bytesMax} or no regular file
     */
    public Optional<byte[]> read(String name, int bytesMax) {
        try (Descriptor file = new Descriptor(openInside(name, O_PATH | O_CLOEXEC))) {
            // O_PATH first: opening a fifo or a device of an image for real could block or have effects.
            Path opened = Path.of("/proc/self/fd/" + file.number());
            if (!Files.isRegularFile(opened)) throw Fault.failed("read " + name + " in " + path, "no regular file");
            try (InputStream content = new FileInputStream(opened.toString())) {
                byte[] bytes = content.readNBytes(bytesMax + 1);
                if (bytes.length <= bytesMax) return Optional.of(bytes);
                throw Fault.failed("read " + name + " in " + path, "larger than " + bytesMax + " bytes");
            }
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> Optional.empty();
                default -> throw Errno.fault("open " + name + " in " + path, e);
            };
        } catch (IOException e) {
            throw Fault.failed("read " + name + " in " + path, e);
        }
    }

    /**
     * A directory inside, for a program that does not confine itself: symlinks inside are resolved.
     *
     * @return empty if there is none of that name
     */
    public Optional<Path> directory(Path name) {
        if (name.toString().isEmpty()) return Optional.of(path);
        try {
            return Optional.of(realPath(openInside(name.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> Optional.empty();
                default -> throw Errno.fault("open " + name + " in " + path, e);
            };
        }
    }

    /**
     * Makes a directory inside and those above it, where they are missing; mode 0755 less the umask. A symlink to what is
     * missing is followed: a volume may be about to bring it.
     *
     * @param name relative, without ".."
     * @param uid owner of what is made, as the host counts; -1 leaves it to the kernel
     * @return where it is for a program that does not confine itself: symlinks inside are resolved
     */
    public Path makeDirectories(Path name, int uid, int gid) {
        return makeDirectories(name, uid, gid, 0);
    }

    private Path makeDirectories(Path name, int uid, int gid, int links) {
        if (name.toString().isEmpty()) return path;
        Path made = Path.of("");
        Path real = path;
        for (Path element : name) {
            made = made.resolve(element);
            real = makeDirectory(made, uid, gid, links);
        }
        return real;
    }

    private Path makeDirectory(Path name, int uid, int gid, int links) {
        try {
            return realPath(openInside(name.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Errno.ENOENT) throw Errno.fault("open " + name + " in " + path, e);
        }
        Path parent = Optional.ofNullable(name.getParent()).orElse(Path.of("."));
        try (Descriptor above = new Descriptor(openInside(parent.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC))) {
            String last = String.valueOf(name.getFileName());
            Optional<Path> elsewhere = link(above, last);
            if (elsewhere.isPresent()) {
                if (links == LINKS_MAX) throw new LastErrorException(Errno.ELOOP);
                return makeDirectories(relative(parent.resolve(elsewhere.get())), uid, gid, links + 1);
            }
            mkdirat(above.number(), last, DIRECTORY_MODE);
            fchownat(above.number(), last, uid, gid, AT_SYMLINK_NOFOLLOW);
            return realPath(openInside(name.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        } catch (LastErrorException e) {
            throw Errno.fault("make the directory " + name + " in " + path, e);
        }
    }

    /** What a symlink says; empty if there is nothing of that name, or something else. */
    private static Optional<Path> link(Descriptor directory, String name) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/self/fd/" + directory.number(), name)));
        } catch (NoSuchFileException | NotLinkException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw Fault.failed("read the link " + name, e);
        }
    }

    private static Path relative(Path inside) {
        Path root = Path.of("/");
        return root.relativize(root.resolve(inside).normalize());
    }

    private static Path realPath(int number) {
        try (Descriptor opened = new Descriptor(number)) {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + opened.number()));
        } catch (IOException e) {
            throw Fault.failed("find the path of an open directory", e);
        }
    }

    private int openInside(String name, int flags) {
        try (Memory how = new Memory(OPEN_HOW_BYTES)) {
            how.clear();
            how.setLong(0, flags);
            how.setLong(RESOLVE_OFFSET, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
            return (int) syscall(SYS_OPENAT2, directory.number(), name, how, OPEN_HOW_BYTES);
        }
    }

    @Override
    public void close() {
        directory.close();
    }

    private static native int mkdirat(int directory, String name, int mode) throws LastErrorException;

    private static native int fchownat(int directory, String name, int uid, int gid, int flags)
            throws LastErrorException;

    private static native int open(String path, int flags) throws LastErrorException;

    private static native long syscall(long number, long directory, String name, Memory how, long size)
            throws LastErrorException;
}
