package io.davit.backend.oci.container;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.syscall.Signals;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Stopped;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Ends containers: a signal once, patience, then SIGKILL to everything in the control group. */
final class Stopping {
    /** A missed event is only so late. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    /** What does not go within this time after SIGKILL hangs in the kernel. */
    private static final Duration KILL_MAX = Duration.ofSeconds(10);

    private final ContainerLook look;
    private final Cgroups cgroups;
    private final Endings endings;

    Stopping(ContainerLook look, Cgroups cgroups, Endings endings) {
        this.look = look;
        this.cgroups = cgroups;
        this.endings = endings;
    }

    /** Several may run for one container: the shortest grace period counts, and all return after the end. */
    Stopped stop(ContainerId id, Signal signal, GracePeriod grace) {
        if (!runs(id)) return Stopped.ALREADY;
        try (Endings.Stop stop = endings.begin(id, grace.duration())) {
            if (!grace.isNone()) signalOnce(id, signal);
            while (true) {
                long seen = stop.changes();
                if (!runs(id)) return Stopped.NOW;
                Duration left = stop.left();
                if (!left.isPositive()) break;
                stop.await(seen, left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
            }
            kill(id, stop);
            return Stopped.NOW;
        } catch (InterruptedException e) {
            throw new Fault(new Fault.Kind.Cancelled("stopping container " + id), e);
        }
    }

    // A created container has no process of the user's; of an unclear one nobody knows, so there may be some.
    private boolean runs(ContainerId id) {
        Optional<Sighting.OfContainer> seen = look.look(id);
        if (seen.isEmpty()) return false;
        return switch (seen.get()) {
            case Sighting.RunningContainer _ -> true;
            case Sighting.UnclearContainer _ -> !processes(id).isEmpty();
            case Sighting.CreatedContainer _, Sighting.ExitedContainer _ -> false;
        };
    }

    private Set<Long> processes(ContainerId id) {
        return look.directory(id)
                .note()
                .readIfSound()
                .map(note -> cgroups.group(note.cgroup()).processes())
                .orElse(Set.of());
    }

    private void signalOnce(ContainerId id, Signal signal) {
        if (!PrivateFiles.mark(look.directory(id).stopSignal())) return;
        look.init(id, look.note(id)).ifPresent(init -> init.signal(signal.number()));
    }

    private void kill(ContainerId id, Endings.Stop stop) throws InterruptedException {
        long deadline = System.nanoTime() + KILL_MAX.toNanos();
        while (true) {
            long seen = stop.changes();
            Set<Long> left = killAll(id);
            if (!runs(id)) return;
            if (System.nanoTime() > deadline) throw hangs(id, left);
            stop.await(seen, LOOK_AGAIN);
        }
    }

    /** Kills the first process, and whatever else is in the container's control group; returns what is not gone yet. */
    Set<Long> killAll(ContainerId id) {
        return killAll(id, LOOK_AGAIN);
    }

    /** The same, until they are gone; returns what hangs in the kernel. */
    Set<Long> killToTheEnd(ContainerId id) {
        return killAll(id, KILL_MAX);
    }

    private Set<Long> killAll(ContainerId id, Duration limit) {
        Optional<ContainerNote> note = look.directory(id).note().readIfSound();
        if (note.isEmpty()) return Set.of();
        look.init(id, note.get()).ifPresent(init -> init.signal(Signals.KILL));
        // On version 1 what is frozen does not die.
        if (Files.exists(look.directory(id).frozen())) {
            cgroups.group(note.get().cgroup()).freezer().thaw();
        }
        return cgroups.group(note.get().cgroup()).kill(limit);
    }

    private Fault hangs(ContainerId id, Set<Long> left) {
        Optional<ProcessIdentity> monitor = look.directory(id).monitor().notedMonitor();
        String who = left.isEmpty()
                ? "its monitor "
                        + monitor.map(ProcessIdentity::pid).map(String::valueOf).orElse("(gone)")
                        + " does not report the end"
                : "processes " + left + " are still there; they hang in the kernel (state D in ps)";
        return Fault.failed(
                "kill container " + id, who + " " + KILL_MAX.toSeconds() + " s after SIGKILL; stop it again later");
    }
}
