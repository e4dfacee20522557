package io.davit.backend.oci.syscall;

/** The type bits of a file's mode (inode(7)). */
public enum FileType {
    FIFO(0010000),
    CHARACTER_DEVICE(0020000),
    DIRECTORY(0040000),
    BLOCK_DEVICE(0060000),
    REGULAR(0100000),
    SYMLINK(0120000),
    SOCKET(0140000),
    OTHER(0);

    /** Permission bits with setuid, setgid and sticky. */
    public static final int PERMISSIONS = 07777;

    private static final int MASK = 0170000;

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    static FileType of(int mode) {
        for (FileType type : values()) {
            if (type.bits == (mode & MASK)) return type;
        }
        return OTHER;
    }

    /** For mknod. */
    public int bits() {
        return bits;
    }
}
