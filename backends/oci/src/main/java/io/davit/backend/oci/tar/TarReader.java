package io.davit.backend.oci.tar;

import io.davit.backend.oci.syscall.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Reads the members of a tar archive one after the other: V7, ustar, PAX and GNU forms, sparse files. Global PAX headers
 * are skipped, as the engines that build images do. Every failure is a {@link TarFormatException} or the stream's own
 * IOException. Used by one thread.
 */
public final class TarReader {
    /** More than any writer makes of one member's long names and attributes. */
    private static final int EXTENDED_HEADER_BYTES_MAX = 1024 * 1024;
    /** PATH_MAX without the final NUL: the kernel takes no longer one. */
    private static final int PATH_BYTES_MAX = 4095;

    /** An exbibyte: keeps sums of sizes away from the end of the number line. */
    private static final long CONTENT_BYTES_MAX = 1L << 60;

    private final ArchiveBytes archive;
    /** Bytes of the member's content that are still to come. */
    private long contentLeft;
    /** After the content, to the next block. */
    private long paddingBytes;

    public TarReader(InputStream in) {
        this.archive = new ArchiveBytes(in);
    }

    /** The next member; empty at the end, when the stream has been read to its end too. */
    public Optional<TarEntry> next() throws IOException {
        archive.skip(contentLeft + paddingBytes);
        contentLeft = 0;
        paddingBytes = 0;
        Extensions extensions = new Extensions();
        while (true) {
            byte[] block = archive.block();
            if (block.length == 0 || Header.isZero(block)) {
                archive.drain();
                return Optional.empty();
            }
            Header header = Header.parse(block);
            switch (header.type()) {
                case 'x', 'X' -> extensions.pax = PaxRecords.parse(extension(header));
                case 'g' -> extension(header);
                case 'L' -> extensions.longName = Optional.of(longPath(header));
                case 'K' -> extensions.longTarget = Optional.of(longPath(header));
                default -> {
                    return Optional.of(entry(header, extensions));
                }
            }
        }
    }

    /** Content of the member that {@link #next} gave, as InputStream does it. */
    public int read(byte[] into, int offset, int length) throws IOException {
        if (contentLeft == 0) return -1;
        int count = archive.read(into, offset, (int) Math.min(length, contentLeft));
        if (count < 0) throw ArchiveBytes.cutOff();
        contentLeft -= count;
        return count;
    }

    /** What stood in front of a member's own header. */
    private static final class Extensions {
        PaxRecords pax = PaxRecords.NONE;
        Optional<RawPath> longName = Optional.empty();
        Optional<RawPath> longTarget = Optional.empty();
    }

    private byte[] extension(Header header) throws IOException {
        long size = header.size();
        if (size < 0 || size > EXTENDED_HEADER_BYTES_MAX) {
            throw new TarFormatException("an extended header of " + size + " bytes");
        }
        byte[] data = archive.exactly((int) size);
        archive.skip(padding(size));
        return data;
    }

    // GNU: the name is the content of a member of its own, with a final NUL.
    private RawPath longPath(Header header) throws IOException {
        byte[] data = extension(header);
        int end = 0;
        while (end < data.length && data[end] != 0) end++;
        return RawPath.of(data, 0, end);
    }

    private TarEntry entry(Header header, Extensions extensions) throws IOException {
        PaxRecords pax = extensions.pax;
        RawPath name = firstOf(pax.path("GNU.sparse.name"), pax.path("path"), extensions.longName, header.name());
        RawPath target = firstOf(pax.path("linkpath"), extensions.longTarget, Optional.empty(), header.linkName());
        TarEntry.Type type = type(header, name);
        checkLength(name);
        checkLength(target);
        SparseMap map = content(header, pax, type);
        long[] modified = pax.time("mtime").orElse(new long[] {header.modifiedSeconds(), 0});
        return new TarEntry(
                type,
                name,
                header.mode(),
                id("uid", pax.number("uid").orElse(header.uid())),
                id("gid", pax.number("gid").orElse(header.gid())),
                map.sizeBytes(),
                map.extents(),
                modified[0],
                (int) modified[1],
                target,
                header.nodeMajor(),
                header.nodeMinor(),
                pax.attributes());
    }

    private SparseMap content(Header header, PaxRecords pax, TarEntry.Type type) throws IOException {
        // Only regular files have content; some writers repeat a size in the headers of links.
        if (type != TarEntry.Type.FILE) return new SparseMap(0, List.of(), 0);
        long size = pax.number("size").orElse(header.size());
        if (size < 0 || size > CONTENT_BYTES_MAX) throw new TarFormatException("a member of " + size + " bytes");
        SparseMap map = SparseMap.read(header, pax, archive, size);
        contentLeft = size - map.headerBytes();
        paddingBytes = padding(size);
        return map;
    }

    private static long padding(long size) {
        return -size & (Header.BLOCK_BYTES - 1);
    }

    private static RawPath firstOf(
            Optional<RawPath> first, Optional<RawPath> second, Optional<RawPath> third, RawPath last) {
        return first.or(() -> second).or(() -> third).orElse(last);
    }

    private static TarEntry.Type type(Header header, RawPath name) throws TarFormatException {
        return switch (header.type()) {
            // V7 knows no directories: their names end with a slash.
            case 0 -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
            case '0', '7', 'S' -> TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMLINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            default ->
                throw new TarFormatException(
                        "'" + name + "' is of the unknown type 0x" + Integer.toHexString(header.type()));
        };
    }

    private static void checkLength(RawPath path) throws TarFormatException {
        if (path.length() > PATH_BYTES_MAX) {
            throw new TarFormatException("a path of " + path.length() + " bytes; the kernel takes " + PATH_BYTES_MAX);
        }
    }

    private static int id(String what, long value) throws TarFormatException {
        // 2^32 - 1 means "leave it" to chown(2).
        if (value < 0 || value >= 0xffff_ffffL) throw new TarFormatException("the " + what + " " + value);
        return (int) value;
    }
}
