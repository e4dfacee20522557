package io.davit.backend.oci.container;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.files.Ids;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.monitor.MonitorFiles;
import io.davit.backend.oci.process.BootId;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Sighting;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the state of a container from what is on disk and in /proc, and from nothing else: so it is the same before and
 * after a restart of the daemon.
 */
public final class ContainerLook {
    /** From the end of the first process to the monitor's exit file: 4-8 ms as measured. */
    private static final Duration EXIT_FILE_MAX = Duration.ofSeconds(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private final VolatileLayout layout;
    private final Cgroups cgroups;
    private final BootId boot;

    public ContainerLook(VolatileLayout layout, Cgroups cgroups, BootId boot) {
        this.layout = layout;
        this.cgroups = cgroups;
        this.boot = boot;
    }

    public ContainerDirectory directory(ContainerId id) {
        return new ContainerDirectory(layout.container(id));
    }

    /** The note of a container that exists. */
    public ContainerNote note(ContainerId id) {
        return directory(id).note().read().orElseThrow(() -> Fault.absent(id));
    }

    /**
     * The note of a container whose program has begun and of whose end nothing is known yet; empty for others, and for some
     * that run. A quarter of the work of {@link #look}, for calls that will find out by themselves whether it still runs.
     */
    public Optional<ContainerNote> begun(ContainerId id) {
        if (Files.exists(layout.exit(id)) || !Files.exists(directory(id).started())) return Optional.empty();
        return directory(id).note().readIfSound().filter(note -> note.bootId().equals(boot.value()));
    }

    /** Containers of which the runtime side has anything. */
    public Set<ContainerId> present() {
        Set<ContainerId> found = new LinkedHashSet<>();
        PrivateFiles.names(layout.containers())
                .forEach(name -> Ids.container(name).ifPresent(found::add));
        PrivateFiles.names(layout.exits()).forEach(name -> Ids.container(name).ifPresent(found::add));
        PrivateFiles.names(layout.sockets()).forEach(name -> Ids.container(name).ifPresent(found::add));
        for (String runtime : PrivateFiles.names(layout.runtimeRoots())) {
            PrivateFiles.names(layout.runtimeRoot(runtime))
                    .forEach(name -> Ids.container(name).ifPresent(found::add));
        }
        return found;
    }

    /** Empty if the runtime side has nothing of this container. */
    public Optional<Sighting.OfContainer> look(ContainerId id) {
        Optional<Sighting.OfContainer> exited = exited(id);
        if (exited.isPresent()) return exited;
        ContainerDirectory directory = directory(id);
        if (!Files.exists(directory.path())) return leftover(id);
        Optional<ContainerNote> note = directory.note().readIfSound();
        if (note.isEmpty()) return unclear(id, "its making was interrupted before it began");
        if (!note.get().bootId().equals(boot.value())) return Optional.of(lost(id, "the host was restarted"));
        if (Files.exists(directory.restFile())) return Optional.of(new Sighting.CreatedContainer(id));
        Optional<ProcessIdentity> init = init(id, note.get());
        if (init.isEmpty()
                && MonitorFiles.pid(directory.monitor().containerPid()).isEmpty()) {
            return unclear(id, "its creation was interrupted");
        }
        if (init.filter(ProcessIdentity::alive).isEmpty()) return ended(id, directory);
        if (note.get().ociRuntime().waits(id)) return Optional.of(new Sighting.CreatedContainer(id));
        Instant startedAt = startedAt(id).orElseGet(() -> startedAbout(id, note.get()));
        return Optional.of(new Sighting.RunningContainer(id, init.get().pid(), startedAt));
    }

    private Optional<Sighting.OfContainer> leftover(ContainerId id) {
        boolean socket = Files.exists(layout.socket(id), LinkOption.NOFOLLOW_LINKS);
        boolean state = PrivateFiles.names(layout.runtimeRoots()).stream()
                .anyMatch(runtime -> Files.exists(layout.runtimeRoot(runtime).resolve(id.value())));
        return socket || state ? unclear(id, "its removal was interrupted") : Optional.empty();
    }

    private static Optional<Sighting.OfContainer> unclear(ContainerId id, String why) {
        return Optional.of(new Sighting.UnclearContainer(id, why));
    }

    /**
     * The first process; may have ended. Where the daemon died before noting who it is, the pid file tells the number, and
     * the control group whether that is still the same process.
     */
    public Optional<ProcessIdentity> init(ContainerId id, ContainerNote note) {
        ContainerDirectory directory = directory(id);
        Optional<InitNote> noted = directory.init().readIfSound();
        if (noted.isPresent()) return noted.map(InitNote::identity);
        return MonitorFiles.pid(directory.monitor().containerPid())
                .filter(pid -> ProcessList.cgroups(pid).stream().anyMatch(line -> line.endsWith(note.cgroup())))
                .flatMap(ProcessIdentity::of);
    }

    /** How the container ended, if its monitor has said so. */
    private Optional<Sighting.OfContainer> exited(ContainerId id) {
        Optional<Instant> at = PrivateFiles.changedAt(layout.exit(id));
        Optional<Integer> code =
                PrivateFiles.read(layout.exit(id)).map(String::strip).flatMap(ContainerLook::code);
        if (at.isEmpty() || code.isEmpty()) return Optional.empty();
        ExitStatus status =
                outOfMemory(id) ? ExitStatus.oomKilled(code.get(), at.get()) : ExitStatus.exited(code.get(), at.get());
        return Optional.of(new Sighting.ExitedContainer(id, startedAt(id), status));
    }

    private static Optional<Integer> code(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException _) {
            // Nothing that a monitor writes; as if it were not there.
            return Optional.empty();
        }
    }

    // The monitor notes what the kernel tells it; the group's counter also tells what it may have missed.
    private boolean outOfMemory(ContainerId id) {
        ContainerDirectory directory = directory(id);
        if (Files.exists(directory.monitor().outOfMemory())) return true;
        return directory.note().readIfSound().map(ContainerNote::outerCgroup).map(cgroups::group).stream()
                .anyMatch(group -> group.oomKills() > 0);
    }

    private Optional<Sighting.OfContainer> ended(ContainerId id, ContainerDirectory directory) {
        long deadline = System.nanoTime() + EXIT_FILE_MAX.toNanos();
        while (directory.monitor().notedMonitor().isPresent()) {
            Optional<Sighting.OfContainer> exited = exited(id);
            if (exited.isPresent()) return exited;
            if (System.nanoTime() > deadline) {
                return unclear(
                        id,
                        "it has ended, and its monitor has not told how within " + EXIT_FILE_MAX.toSeconds() + " s");
            }
            pause(id);
        }
        // The monitor may have written between the last look and its end.
        return exited(id).or(() -> Optional.of(lost(id, "its monitor was killed, and with it the exit code was lost")));
    }

    private static void pause(ContainerId id) {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            throw new Fault(new Fault.Kind.Cancelled("looking at container " + id), e);
        }
    }

    private Sighting.ExitedContainer lost(ContainerId id, String why) {
        Path marker = directory(id).lost();
        PrivateFiles.mark(marker);
        Instant at = PrivateFiles.changedAt(marker).orElseThrow(() -> Fault.absent(id));
        return new Sighting.ExitedContainer(id, startedAt(id), ExitStatus.lost(at, why));
    }

    /** When the user's program began; empty if it did not, or the daemon died before it could note that. */
    private Optional<Instant> startedAt(ContainerId id) {
        return PrivateFiles.read(directory(id).started()).map(Instant::parse);
    }

    // The runtime takes its fifo away at the start, which changes its directory.
    private static Instant startedAbout(ContainerId id, ContainerNote note) {
        return PrivateFiles.changedAt(note.ociRuntime().root().resolve(id.value()))
                .orElseThrow(() -> Fault.absent(id));
    }
}
