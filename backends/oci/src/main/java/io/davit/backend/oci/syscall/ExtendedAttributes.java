package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import io.davit.core.domain.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The extended attributes of one file (xattr(7)), by their full names. There is no *xattrat call before Linux 6.13: the
 * path leads through the magic link of its directory's descriptor to that very directory.
 */
public final class ExtendedAttributes {
    /** XATTR_SIZE_MAX and XATTR_LIST_MAX (linux/limits.h). */
    private static final int BYTES_MAX = 64 * 1024;

    private final byte[] path;
    private final RawPath shown;

    ExtendedAttributes(RawPath path, RawPath shown) {
        this.path = path.toNative();
        this.shown = shown;
    }

    /** @return false if the filesystem, or this type of file, cannot have it, or the file is gone */
    public boolean set(String name, byte[] value) {
        try {
            FileCalls.lsetxattr(path, RawPath.of(name).toNative(), value, value.length, 0);
            return true;
        } catch (LastErrorException e) {
            // EPERM: user.* belongs on files and directories only.
            boolean user = name.startsWith("user.");
            if (e.getErrorCode() == Errno.EOPNOTSUPP
                    || e.getErrorCode() == Errno.ENOENT
                    || (user && e.getErrorCode() == Errno.EPERM)) return false;
            throw failed("set the attribute " + name + " of", e);
        }
    }

    /** Empty if it is not set. */
    public Optional<byte[]> get(String name) {
        byte[] value = new byte[BYTES_MAX];
        try {
            long size = FileCalls.lgetxattr(path, RawPath.of(name).toNative(), value, value.length);
            return Optional.of(Arrays.copyOf(value, (int) size));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ENODATA || e.getErrorCode() == Errno.EOPNOTSUPP) return Optional.empty();
            throw failed("read the attribute " + name + " of", e);
        }
    }

    /** Whether the attribute has exactly this value. */
    public boolean has(String name, byte[] expected) {
        // A longer value does not fit (ERANGE), a shorter one is told by its size.
        byte[] value = new byte[expected.length];
        try {
            long size = FileCalls.lgetxattr(path, RawPath.of(name).toNative(), value, value.length);
            return size == expected.length && Arrays.equals(value, expected);
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case Errno.ENODATA, Errno.EOPNOTSUPP, Errno.ERANGE, Errno.ENOENT -> false;
                default -> throw failed("read the attribute " + name + " of", e);
            };
        }
    }

    public List<String> names() {
        byte[] names = new byte[BYTES_MAX];
        try {
            int size = (int) FileCalls.llistxattr(path, names, names.length);
            if (size == 0) return List.of();
            return List.of(new String(names, 0, size - 1, StandardCharsets.UTF_8).split("\0"));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EOPNOTSUPP) return List.of();
            throw failed("list the attributes of", e);
        }
    }

    private Fault failed(String doing, LastErrorException error) {
        return Errno.fault(doing + " " + shown, error);
    }
}
