package io.davit.backend.oci.container;

import io.davit.backend.oci.cgroup.CgroupDriver;
import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.monitor.MonitorFiles;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.backend.oci.syscall.Signals;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Commands;
import io.davit.core.spi.Removed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes containers, whole or half-made, running or not. Whatever was interrupted at whatever point can be removed by
 * beginning again: the directory with the notes goes late, and the exit file last.
 */
final class Removal {
    /** A creation that nobody waits for any more: its monitor goes on to the end of it. */
    private static final Duration CREATION_MAX = Duration.ofSeconds(30);
    /** A monitor whose container has ended. */
    private static final Duration MONITOR_MAX = Duration.ofSeconds(3);

    private static final String COMMAND_PREFIX = ContainerDirectory.COMMAND_PREFIX;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final VolatileLayout layout;
    private final ContainerLook look;
    private final Stopping stopping;
    private final Cgroups cgroups;
    private final CgroupDriver driver;
    private final Roots roots;
    private final Commands commands;

    Removal(
            VolatileLayout layout,
            ContainerLook look,
            Stopping stopping,
            Cgroups cgroups,
            CgroupDriver driver,
            Roots roots,
            Commands commands) {
        this.layout = layout;
        this.look = look;
        this.stopping = stopping;
        this.cgroups = cgroups;
        this.driver = driver;
        this.roots = roots;
        this.commands = commands;
    }

    Removed remove(ContainerId id) {
        boolean ours = look.look(id).isPresent() || Files.exists(layout.exit(id));
        if (!ours && !roots.present().contains(id)) return Removed.ALREADY;
        ContainerDirectory directory = look.directory(id);
        Optional<ContainerNote> note = directory.note().readIfSound();
        note.ifPresent(sound -> end(id, sound, directory));
        if (note.isEmpty()) refuseIfKnown(id);
        StagedMounts.release(directory.mounts());
        roots.release(id);
        PrivateFiles.delete(layout.socket(id));
        String command = ContainerDirectory.commandName(id, COMMAND_PREFIX);
        PrivateFiles.names(layout.sockets()).stream()
                .filter(name -> name.startsWith(command))
                .forEach(name -> PrivateFiles.delete(layout.sockets().resolve(name)));
        PrivateFiles.deleteTree(directory.path());
        PrivateFiles.delete(layout.exit(id));
        return Removed.NOW;
    }

    private void end(ContainerId id, ContainerNote note, ContainerDirectory directory) {
        MonitorFiles files = directory.monitor();
        awaitCreation(id, files);
        Optional<ProcessIdentity> monitor = files.notedMonitor();
        execs(directory).forEach(Removal::kill);
        Set<Long> left = stopping.killToTheEnd(id);
        if (!left.isEmpty()) {
            throw Fault.failed(
                    "remove container " + id, "processes " + left + " survive SIGKILL; remove it again later");
        }
        OciRuntime runtime = note.ociRuntime();
        if (runtime.knows(id)) runtime.delete(id, commands);
        monitor.ifPresent(Removal::end);
        // Once more: a monitor of a command may have been about to start one.
        execs(directory).forEach(Removal::kill);
        driver.remove(cgroups.group(note.outerCgroup()));
        cgroups.group(note.monitorCgroup()).remove();
    }

    // The runtime under the monitor would finish what we delete meanwhile, and leave it behind.
    private static void awaitCreation(ContainerId id, MonitorFiles files) {
        long deadline = System.nanoTime() + CREATION_MAX.toNanos();
        int unseen = 0;
        // Twice: a monitor forks at its start, and a look at all processes can fall between parent and child.
        while (MonitorFiles.pid(files.containerPid()).isEmpty() && unseen < 2 && System.nanoTime() < deadline) {
            unseen = files.monitor().isPresent() ? 0 : unseen + 1;
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                throw new Fault(new Fault.Kind.Cancelled("removing container " + id), e);
            }
        }
    }

    /** Monitors and clients of commands in the container; a command that ends well has taken its directory away. */
    private static List<ProcessIdentity> execs(ContainerDirectory directory) {
        if (PrivateFiles.names(directory.path()).stream().noneMatch(name -> name.startsWith(COMMAND_PREFIX))) {
            return List.of();
        }
        String prefix = directory.path() + "/" + COMMAND_PREFIX;
        return ProcessList.withArguments(
                arguments -> arguments.stream().anyMatch(argument -> argument.startsWith(prefix)));
    }

    private static void kill(ProcessIdentity process) {
        process.signal(Signals.KILL);
        if (process.awaitEnd(MONITOR_MAX)) return;
        throw Fault.failed("end process " + process.pid(), "it survives SIGKILL");
    }

    private static void end(ProcessIdentity monitor) {
        if (monitor.awaitEnd(MONITOR_MAX)) return;
        kill(monitor);
    }

    // Without a note no process was ever started; so a runtime that knows it means that somebody has deleted the note.
    private void refuseIfKnown(ContainerId id) {
        for (String name : PrivateFiles.names(layout.runtimeRoots())) {
            Path root = layout.runtimeRoot(name);
            if (!Files.exists(root.resolve(id.value()))) continue;
            throw Fault.failed(
                    "remove container " + id,
                    "its notes are gone, but " + name + " still knows it; run " + name + " --root " + root
                            + " delete --force " + id);
        }
    }
}
