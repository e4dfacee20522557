package io.davit.core.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** What processes have open (proc_pid_fd(5)). */
public record OpenFiles(long descriptors, long sockets) {
    /** Of a process with more we count no further: looking at all of a great server's would cost more than it tells. */
    private static final int DESCRIPTORS_PER_PROCESS_MAX = 10_000;

    /** Of these processes together; one that ends meanwhile counts as far as it was seen. */
    public static OpenFiles of(Collection<Long> pids) {
        long descriptors = 0;
        long sockets = 0;
        for (long pid : pids) {
            OpenFiles one = of(pid);
            descriptors += one.descriptors;
            sockets += one.sockets;
        }
        return new OpenFiles(descriptors, sockets);
    }

    private static OpenFiles of(long pid) {
        int descriptors = 0;
        int sockets = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid, "fd"))) {
            for (Path descriptor : open) {
                if (++descriptors > DESCRIPTORS_PER_PROCESS_MAX) break;
                if (isSocket(descriptor)) sockets++;
            }
        } catch (IOException | DirectoryIteratorException _) {
            // It has ended.
        }
        return new OpenFiles(descriptors, sockets);
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException _) {
            return false; // closed since it was listed
        }
    }
}
