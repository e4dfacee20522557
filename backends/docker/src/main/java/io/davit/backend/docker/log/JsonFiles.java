package io.davit.backend.docker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of Docker's json-file driver in their order, across rotation: {@code x.log} is renamed to {@code
 * x.log.1}, that to {@code x.log.2}. Files are told apart by inode, so that a rename changes nothing for a reader in
 * the middle of one. The daemon's own way, logs?follow=1, loses lines when the rotation outruns it. Not thread-safe.
 */
final class JsonFiles implements AutoCloseable {
    private static final int BATCH_BYTES = 256 << 10;
    private static final int LINE_BYTES_MAX = 4 << 20;

    private final Path path;
    private long inode;
    private long offset;
    private @Nullable FileChannel channel;

    /**
     * A reader from a place on.
     *
     * @param inode of the file that was read last; 0: from the oldest
     */
    JsonFiles(Path path, long inode, long offset) {
        this.path = path;
        this.inode = inode;
        this.offset = offset;
    }

    long inode() {
        return inode;
    }

    /** Behind the last record that was given out. */
    long offset() {
        return offset;
    }

    /** What one read has brought. */
    enum Progress {
        RECORDS,
        END,
        /** The file it read was rotated away and deleted: lines are lost. */
        GAP
    }

    /** Gives out the records that are there as lines of the CRI's log, some thousands at most. */
    Progress read(Consumer<byte[]> sink) throws IOException {
        FileChannel open = channel();
        if (open == null) return gapOrEnd();
        if (open.size() > offset && batch(open, sink)) return Progress.RECORDS;
        Optional<Path> next = successor();
        if (next.isEmpty()) return Progress.END;
        // Docker wrote to the old file until it renamed it: only now is its end the end.
        if (open.size() > offset && batch(open, sink)) return Progress.RECORDS;
        begin(next.get());
        return Progress.RECORDS;
    }

    private boolean batch(FileChannel open, Consumer<byte[]> sink) throws IOException {
        int capacity = (int) Math.min(BATCH_BYTES, open.size() - offset);
        while (true) {
            byte[] bytes = new byte[capacity];
            int length = Math.max(0, open.read(ByteBuffer.wrap(bytes), offset));
            int end = split(bytes, length, sink);
            offset += end;
            if (end > 0) return true;
            // No line end: either it is yet to be written, or the line is longer than the buffer.
            if (length < capacity || capacity >= LINE_BYTES_MAX || open.size() - offset <= capacity) return false;
            capacity = (int) Math.min(2L * capacity, LINE_BYTES_MAX);
        }
    }

    private static int split(byte[] bytes, int length, Consumer<byte[]> sink) {
        int begin = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] != '\n') continue;
            JsonRecord.criLine(bytes, begin, i - begin).ifPresent(sink);
            begin = i + 1;
        }
        return begin;
    }

    private @Nullable FileChannel channel() throws IOException {
        if (channel != null) return channel;
        for (Path file : files()) {
            if (inode == 0 || inodeOf(file) == inode) {
                // The files come newest first; from the beginning means from the oldest.
                Path chosen = inode == 0 ? files().getLast() : file;
                FileChannel opened = FileChannel.open(chosen, StandardOpenOption.READ);
                inode = inodeOf(chosen);
                channel = opened;
                return opened;
            }
        }
        return null;
    }

    private Progress gapOrEnd() throws IOException {
        if (inode == 0 || files().isEmpty()) return Progress.END;
        inode = 0;
        offset = 0;
        return Progress.GAP;
    }

    private void begin(Path file) throws IOException {
        close();
        channel = FileChannel.open(file, StandardOpenOption.READ);
        inode = inodeOf(file);
        offset = 0;
    }

    /** The file that was begun after the open one; empty if the open one is the newest. */
    private Optional<Path> successor() throws IOException {
        List<Path> files = files();
        for (int age = 0; age < files.size(); age++) {
            if (inodeOf(files.get(age)) != inode) continue;
            return age == 0 ? Optional.empty() : Optional.of(files.get(age - 1));
        }
        // It is deleted: the oldest that is there comes next, with a gap if more than one was deleted.
        return files.isEmpty() ? Optional.empty() : Optional.of(files.getLast());
    }

    /** Newest first. */
    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        if (Files.exists(path)) files.add(path);
        for (int age = 1; ; age++) {
            Path rotated = path.resolveSibling(path.getFileName() + "." + age);
            if (!Files.exists(rotated)) return files;
            files.add(rotated);
        }
    }

    static long inodeOf(Path file) throws IOException {
        try {
            return (Long) Files.getAttribute(file, "unix:ino");
        } catch (NoSuchFileException _) {
            return -1; // renamed since it was listed; the next look finds it
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) channel.close();
        channel = null;
    }
}
