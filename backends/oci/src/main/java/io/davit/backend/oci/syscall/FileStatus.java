package io.davit.backend.oci.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statx(2) tells of a file.
 *
 * @param mode type and permission bits
 * @param allocatedBytes space on disk
 * @param modifiedSeconds since 1970, may be negative
 */
public record FileStatus(
        int mode,
        int uid,
        int gid,
        long links,
        long inode,
        long device,
        long sizeBytes,
        long allocatedBytes,
        long modifiedSeconds,
        int modifiedNanos,
        int nodeMajor,
        int nodeMinor) {
    /** Size of struct statx (linux/stat.h, the same on every architecture). */
    static final int STATX_BYTES = 256;

    private static final int BLOCK_BYTES = 512;

    static FileStatus parse(byte[] statx) {
        ByteBuffer buffer = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        return new FileStatus(
                Short.toUnsignedInt(buffer.getShort(28)),
                buffer.getInt(20),
                buffer.getInt(24),
                Integer.toUnsignedLong(buffer.getInt(16)),
                buffer.getLong(32),
                (long) buffer.getInt(136) << 32 | Integer.toUnsignedLong(buffer.getInt(140)),
                buffer.getLong(40),
                buffer.getLong(48) * BLOCK_BYTES,
                buffer.getLong(112),
                buffer.getInt(120),
                buffer.getInt(128),
                buffer.getInt(132));
    }

    public FileType type() {
        return FileType.of(mode);
    }

    public boolean isDirectory() {
        return type() == FileType.DIRECTORY;
    }

    public int permissions() {
        return mode & FileType.PERMISSIONS;
    }

    /** The node with which overlayfs marks a name as removed (kernel, filesystems/overlayfs). */
    public boolean isWhiteout() {
        return type() == FileType.CHARACTER_DEVICE && nodeMajor == 0 && nodeMinor == 0;
    }
}
