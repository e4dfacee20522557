package io.davit.backend.docker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The log file of a container as the kubelet reads it. Whole lines only: a write that fails leaves nothing. */
final class CriFile implements AutoCloseable {
    private static final String MODE = "rw-r-----";

    private final Path path;
    private FileChannel channel;
    private long inode;

    CriFile(Path path) throws IOException {
        this.path = path;
        this.channel = open(path);
        this.inode = JsonFiles.inodeOf(path);
    }

    private static FileChannel open(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent != null) Files.createDirectories(parent);
        FileChannel opened = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)));
        opened.position(opened.size());
        return opened;
    }

    long inode() {
        return inode;
    }

    long length() throws IOException {
        return channel.position();
    }

    void append(ByteBuffer lines) throws IOException {
        long before = channel.position();
        try {
            while (lines.hasRemaining()) channel.write(lines);
        } catch (IOException e) {
            // A full disk must not leave half a line: all of it is written again later.
            channel.truncate(before);
            channel.position(before);
            throw e;
        }
    }

    /** From now on it writes to the file that is, or will be, at the path; the old one was renamed. */
    void reopen() throws IOException {
        FileChannel fresh = open(path);
        channel.close();
        channel = fresh;
        inode = JsonFiles.inodeOf(path);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
