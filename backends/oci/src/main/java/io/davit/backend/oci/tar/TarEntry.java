package io.davit.backend.oci.tar;

import io.davit.backend.oci.syscall.RawPath;
import java.util.List;
import java.util.Map;

/**
 * One member of an archive, PAX and GNU extensions applied. Nothing in it is trusted but its form.
 *
 * @param path as written: may be absolute, hold ".." or end with a slash
 * @param permissions with setuid, setgid and sticky
 * @param sizeBytes of the file once unpacked; 0 unless a regular file
 * @param extents where the bytes of a sparse file belong, in order; one over everything if it is not sparse
 * @param target of a link; empty for others
 * @param attributes extended attributes by full name
 */
public record TarEntry(
        Type type,
        RawPath path,
        int permissions,
        int uid,
        int gid,
        long sizeBytes,
        List<Extent> extents,
        long modifiedSeconds,
        int modifiedNanos,
        RawPath target,
        int nodeMajor,
        int nodeMinor,
        Map<String, byte[]> attributes) {
    public TarEntry {
        extents = List.copyOf(extents);
        attributes = Map.copyOf(attributes);
    }

    /** What a member is. */
    public enum Type {
        FILE,
        HARD_LINK,
        SYMLINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }

    /** A run of bytes that are in the archive; what lies between two runs is a hole. */
    public record Extent(long offset, long bytes) {
        long end() {
            return offset + bytes;
        }
    }
}
