package io.davit.backend.oci.syscall;

/** Flags of open(2). Two differ between architectures (asm/fcntl.h); all others are asm-generic. */
final class OpenFlags {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 01;
    static final int O_RDWR = 02;
    static final int O_CREAT = 0100;
    static final int O_TRUNC = 01000;
    static final int O_NONBLOCK = 04000;
    static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;

    private OpenFlags() {}
}
