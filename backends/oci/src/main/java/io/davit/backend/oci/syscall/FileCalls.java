package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Pointer;

/** The file calls themselves, as in the C library's headers. Paths are bytes with a final NUL. */
final class FileCalls {
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;

    static final long RESOLVE_NO_MAGICLINKS = 0x02;
    static final long RESOLVE_NO_SYMLINKS = 0x04;
    static final long RESOLVE_BENEATH = 0x08;
    static final long RESOLVE_IN_ROOT = 0x10;

    /** STATX_BASIC_STATS. */
    static final int STATX_BASIC = 0x7ff;

    /** The same number on every architecture (all calls since 424 are). */
    private static final long SYS_OPENAT2 = 437;

    private static final long OPEN_HOW_BYTES = 24;
    /** x86 differs from aarch64 in these two bits (bits/fcntl.h). */
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;

    static {
        Libc.bind(FileCalls.class);
    }

    private FileCalls() {}

    /** @return the descriptor */
    static int openat2(int dirfd, byte[] path, int flags, int mode, long resolve) throws LastErrorException {
        // EAGAIN: a rename somewhere made the kernel unsure about ".."; it asks to try again (openat2(2)).
        for (int attempt = 0; ; attempt++) {
            try {
                return (int) syscall(
                        SYS_OPENAT2, dirfd, path, new long[] {flags | O_CLOEXEC, mode, resolve}, OPEN_HOW_BYTES);
            } catch (LastErrorException e) {
                boolean again = e.getErrorCode() == Errno.EAGAIN || e.getErrorCode() == Errno.EINTR;
                if (!again || attempt > 1000) throw e;
            }
        }
    }

    private static native long syscall(long number, long dirfd, byte[] path, long[] how, long size)
            throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native int mkdirat(int dirfd, byte[] path, int mode) throws LastErrorException;

    static native int mknodat(int dirfd, byte[] path, int mode, long device) throws LastErrorException;

    static native int symlinkat(byte[] target, int dirfd, byte[] path) throws LastErrorException;

    static native int linkat(int fromDir, byte[] from, int toDir, byte[] to, int flags) throws LastErrorException;

    static native int renameat(int fromDir, byte[] from, int toDir, byte[] to) throws LastErrorException;

    static native int unlinkat(int dirfd, byte[] path, int flags) throws LastErrorException;

    static native int fchownat(int dirfd, byte[] path, int uid, int gid, int flags) throws LastErrorException;

    static native int fchown(int fd, int uid, int gid) throws LastErrorException;

    static native int fchmodat(int dirfd, byte[] path, int mode, int flags) throws LastErrorException;

    static native int fchmod(int fd, int mode) throws LastErrorException;

    static native int utimensat(int dirfd, byte[] path, long[] times, int flags) throws LastErrorException;

    static native int futimens(int fd, long[] times) throws LastErrorException;

    static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags) throws LastErrorException;

    static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size) throws LastErrorException;

    static native long llistxattr(byte[] path, byte[] names, long size) throws LastErrorException;

    static native int statx(int dirfd, byte[] path, int flags, int mask, byte[] statx) throws LastErrorException;

    static native long getdents64(int fd, byte[] entries, long size) throws LastErrorException;

    static native long write(int fd, Pointer data, long size) throws LastErrorException;

    static native long read(int fd, Pointer data, long size) throws LastErrorException;

    static native int ftruncate(int fd, long size) throws LastErrorException;

    static native long lseek(int fd, long offset, int whence) throws LastErrorException;

    static native int syncfs(int fd) throws LastErrorException;

    static native int fsync(int fd) throws LastErrorException;

    static native int statvfs(Pointer path, byte[] answer) throws LastErrorException;
}
