package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.syscall.Signals;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends programs that write a checkpoint for nobody any more, after a kill of the daemon or at the end of a limit. It must
 * come before a thaw: criu lets what it found frozen be frozen again when it is done (criu/seize.c).
 */
final class Survivors {
    private static final Duration DEATH_MAX = Duration.ofSeconds(10);

    private Survivors() {}

    /** @param work all of them work in this directory, or name it on their command lines */
    static void end(Path work) {
        boolean interrupted = Thread.interrupted();
        try {
            // Once more after each find: what was just starting another one is dead by then.
            for (List<ProcessIdentity> left = of(work); !left.isEmpty(); left = of(work)) left.forEach(Survivors::kill);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static void kill(ProcessIdentity process) {
        process.signal(Signals.KILL);
        if (process.awaitEnd(DEATH_MAX)) return;
        throw Fault.failed("end process " + process.pid() + ", which writes a checkpoint", "it survives SIGKILL");
    }

    private static List<ProcessIdentity> of(Path work) {
        List<ProcessIdentity> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (worksIn(work, pid))
                    ProcessIdentity.of(pid).filter(ProcessIdentity::alive).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw Fault.failed("read /proc", e);
        }
        return found;
    }

    // criu has no path among its arguments, but changes into the directory of its log (criu/cr-service.c).
    private static boolean worksIn(Path work, long pid) {
        String prefix = work + "/";
        boolean named = ProcessList.arguments(pid).stream().anyMatch(argument -> (argument + "/").contains(prefix));
        return named || directory(pid).filter(path -> path.startsWith(work)).isPresent();
    }

    private static Optional<Path> directory(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")));
        } catch (IOException _) {
            // A kernel thread, or a process that is gone.
            return Optional.empty();
        }
    }
}
