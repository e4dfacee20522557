package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * How big a filesystem is (statvfs(3)).
 *
 * @param inodes 0 where the filesystem makes them as it needs them
 */
public record FilesystemSize(long bytes, long freeBytes, long inodes, long freeInodes) {
    /** struct statvfs of 64 bit glibc: eleven numbers of eight bytes and padding. */
    private static final int STATVFS_BYTES = 112;

    private static final int FRAGMENT_SIZE = 8;
    private static final int BLOCKS = 16;
    private static final int BLOCKS_AVAILABLE = 32;
    private static final int FILES = 40;
    private static final int FILES_FREE = 48;

    /** @throws io.davit.core.domain.Fault Failed if the path is not there */
    public static FilesystemSize of(Path path) {
        byte[] answer = new byte[STATVFS_BYTES];
        try (NativeText text = new NativeText(path.toString())) {
            int _ = FileCalls.statvfs(text, answer);
        } catch (LastErrorException e) {
            throw Errno.fault("look at the filesystem of " + path, e);
        }
        ByteBuffer numbers = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
        return new FilesystemSize(
                numbers.getLong(FRAGMENT_SIZE) * numbers.getLong(BLOCKS),
                numbers.getLong(FRAGMENT_SIZE) * numbers.getLong(BLOCKS_AVAILABLE),
                numbers.getLong(FILES),
                numbers.getLong(FILES_FREE));
    }
}
