package io.davit.core.boot;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Holds a directory for one daemon: a lock on its file {@code lock}, which has the holder's pid. The kernel drops the
 * lock with the process, however it ends; the file stays.
 */
final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Makes the directory (mode 0700) if it is not there, and locks it.
     *
     * @throws Fault Refused if another daemon has it; Failed if it cannot be made or written
     */
    static DirectoryLock take(Path directory) {
        Path file = directory.resolve("lock");
        try {
            PrivateDirectories.make(directory);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) throw refused(directory, channel);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw Fault.failed("locking the directory " + directory, e);
        }
    }

    private static Fault refused(Path directory, FileChannel channel) throws IOException {
        try (channel) {
            ByteBuffer pid = ByteBuffer.allocate(20);
            channel.read(pid, 0);
            String holder = Optional.of(new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip())
                    .filter(text -> !text.isEmpty())
                    .map(text -> "process " + text)
                    .orElse("another process");
            return new Fault(new Fault.Kind.Refused(
                    "the directory " + directory,
                    "is in use by " + holder + "; stop that daemon first, or configure other directories"));
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // the lock goes with the process in any case
        }
    }
}
