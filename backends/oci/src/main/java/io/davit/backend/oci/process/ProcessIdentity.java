package io.davit.backend.oci.process;

import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.PidFd;
import io.davit.backend.oci.syscall.Poll;
import io.davit.backend.oci.syscall.Spawn;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One process for ever: its number with its start time in clock ticks since boot (proc(5), stat, field 22), because
 * numbers are used again.
 */
public record ProcessIdentity(long pid, long startTicks) {
    /** Who has this number now; empty if nobody, or only a zombie that waits for its parent. */
    public static Optional<ProcessIdentity> of(long pid) {
        return ProcessStat.read(pid)
                .filter(ProcessStat::alive)
                .map(stat -> new ProcessIdentity(pid, stat.startTicks()));
    }

    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /**
     * Signals this process and no other.
     *
     * @return false if it has ended
     */
    public boolean signal(int signal) {
        Optional<PidFd> opened = PidFd.open(pid);
        if (opened.isEmpty()) return false;
        // Looked at after the opening: from here on the number cannot change hands unnoticed.
        try (PidFd process = opened.get()) {
            return alive() && process.send(signal);
        }
    }

    /**
     * Waits for the end of this process, reaping it where it is a child of ours.
     *
     * @return false if it still runs after the limit
     */
    public boolean awaitEnd(Duration limit) {
        Optional<PidFd> opened = PidFd.open(pid);
        if (opened.isEmpty()) return true;
        try (PidFd process = opened.get()) {
            boolean ended = !alive() || awaitReadable(process, limit);
            if (ended) Spawn.reapIfEnded((int) pid);
            return ended;
        }
    }

    private static boolean awaitReadable(PidFd process, Duration limit) {
        List<Descriptor> watched = List.of(process.descriptor());
        return ThrowAwayThread.call(
                "await-process", () -> !Poll.readable(watched, limit).isEmpty());
    }
}
