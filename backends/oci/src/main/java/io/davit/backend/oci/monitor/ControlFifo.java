package io.davit.backend.oci.monitor;

import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.syscall.Descriptor;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.spi.TerminalSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Commands to a monitor: one short line each. Up to version 2.1.x a monitor takes several lines that arrive together
 * for the first one repeated, so whoever sends must wait for the effect of one before the next; and an unanswered reopen
 * is sent again.
 */
public final class ControlFifo {
    private static final byte[] REOPEN = "2 0 0\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TRIES_MAX = 3;
    private static final Duration EFFECT_MAX = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    private ControlFifo() {}

    /**
     * Makes the monitor go on in a new file at the log's path, which somebody has renamed. Where nobody has, it writes
     * there already and nothing is done: the monitor would replace the file, and its content would be lost.
     */
    public static void reopenLog(ContainerId id, MonitorFiles files, Path log) {
        ProcessIdentity monitor = files.notedMonitor().orElseThrow(() -> lost(id));
        if (Files.exists(log)) {
            if (isOpen(monitor, log)) return;
            throw new Fault(new Fault.Kind.Refused(
                    "reopen the log of container " + id, log + " is another file; rename or delete it first"));
        }
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            send(id, files, REOPEN);
            if (appears(log)) {
                LogFile.setMode(log);
                return;
            }
        }
        throw Fault.failed("reopen the log of container " + id, "the monitor did not make " + log);
    }

    /** Tells the monitor's terminal its size; nothing happens if the monitor has ended. */
    public static void resize(Path bundle, TerminalSize size) {
        byte[] line = ("1 " + size.rows() + " " + size.columns() + "\n").getBytes(StandardCharsets.US_ASCII);
        Descriptor.openFifo(new MonitorFiles(bundle).control()).ifPresent(fifo -> {
            try (fifo) {
                fifo.write(line);
            }
        });
    }

    private static void send(ContainerId id, MonitorFiles files, byte[] line) {
        Optional<Descriptor> fifo = Descriptor.openFifo(files.control());
        try (Descriptor control = fifo.orElseThrow(() -> lost(id))) {
            control.write(line);
        }
    }

    private static Fault lost(ContainerId id) {
        return Fault.failed("reach the monitor of container " + id, "it has ended; the container goes on without log");
    }

    private static boolean appears(Path log) {
        long deadline = System.nanoTime() + EFFECT_MAX.toNanos();
        while (!Files.exists(log)) {
            if (System.nanoTime() > deadline) return false;
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                throw new Fault(new Fault.Kind.Cancelled("reopening " + log), e);
            }
        }
        return true;
    }

    private static boolean isOpen(ProcessIdentity monitor, Path log) {
        Path open = Path.of("/proc/" + monitor.pid(), "fd");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(open)) {
            for (Path descriptor : descriptors) {
                if (Files.exists(descriptor) && Files.isSameFile(descriptor, log)) return true;
            }
            return false;
        } catch (IOException e) {
            throw Fault.failed("look at the open files of the monitor " + monitor.pid(), e);
        }
    }
}
