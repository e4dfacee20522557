package io.davit.backend.docker.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** How big a filesystem is (statvfs(3)); the JDK's FileStore knows no inodes. */
public record FilesystemSize(long bytes, long inodes, long freeInodes) {
    /** struct statvfs of 64 bit glibc: eleven numbers of eight bytes and padding. */
    private static final int STATVFS_BYTES = 112;

    private static final int FRAGMENT_SIZE = 8;
    private static final int BLOCKS = 16;
    private static final int FILES = 40;
    private static final int FILES_FREE = 48;

    /** @throws io.davit.core.domain.Fault Failed if the path is not there */
    public static FilesystemSize of(Path path) {
        byte[] answer = new byte[STATVFS_BYTES];
        Kernel.look(path, answer);
        ByteBuffer numbers = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
        return new FilesystemSize(
                numbers.getLong(FRAGMENT_SIZE) * numbers.getLong(BLOCKS),
                numbers.getLong(FILES),
                numbers.getLong(FILES_FREE));
    }
}
