package io.davit.backend.oci.cgroup;

import io.davit.backend.oci.files.Ids;
import io.davit.backend.oci.process.ProcessList;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.BackendInfo;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * systemd makes the groups: a slice for a pod, a scope for each container and monitor (org.freedesktop.systemd1(5),
 * systemd.slice(5)). The OCI runtimes ask systemd themselves; we do for the rest, through the program busctl, as the JDK
 * speaks no D-Bus. On version 2 only: on version 1 systemd makes groups in some hierarchies and not in others.
 */
public final class SystemdDriver implements CgroupDriver {
    private static final Path RUNNING = Path.of("/run/systemd/system");
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    private final Cgroups cgroups;
    private final String parent;
    private final Commands commands;

    private SystemdDriver(Cgroups cgroups, String parent, Commands commands) {
        this.cgroups = cgroups;
        this.parent = parent;
        this.commands = commands;
    }

    /**
     * @param parent below which our own pods' slices stand, as a path: /a/b for a-b.slice
     * @throws Fault Refused if systemd cannot make groups here
     */
    public static SystemdDriver of(Cgroups cgroups, String parent, Commands commands) {
        obstacle(cgroups).ifPresent(why -> {
            throw new Fault(new Fault.Kind.Refused(
                    "the cgroup driver systemd", why + "; set oci.cgroup-driver = \"cgroupfs\""));
        });
        return new SystemdDriver(cgroups, SliceName.ofPath(parent), commands);
    }

    /** For names only. */
    static SystemdDriver below(String slice, Cgroups cgroups) {
        return new SystemdDriver(cgroups, slice, _ -> {
            throw new IllegalStateException("it runs no program");
        });
    }

    /** Why systemd cannot make groups on this host; empty if it can. */
    public static Optional<String> obstacle(Cgroups cgroups) {
        if (!Files.isDirectory(RUNNING)) return Optional.of("systemd does not run here");
        if (!cgroups.pureUnified()) return Optional.of("this host has cgroup version 1");
        return Optional.empty();
    }

    @Override
    public BackendInfo.CgroupDriver kind() {
        return BackendInfo.CgroupDriver.SYSTEMD;
    }

    @Override
    public CgroupPlace place(String requested, SandboxId id) {
        if (requested.isEmpty()) {
            String prefix = parent.substring(0, parent.length() - SliceName.ENDING.length());
            return new CgroupPlace(SliceName.path(prefix + "-" + id + SliceName.ENDING), true, true);
        }
        String slice = requested.substring(requested.lastIndexOf('/') + 1);
        if (!SliceName.isOne(slice)) {
            throw Fault.invalid(
                    "linux.cgroup_parent",
                    "'" + requested + "' does not end in the name of a systemd slice, but this node's cgroup driver is"
                            + " systemd; set cgroupDriver: systemd in the kubelet's configuration, or cgroup-driver ="
                            + " \"cgroupfs\" in davit's");
        }
        return new CgroupPlace(SliceName.path(slice), false, true);
    }

    @Override
    public Cgroup ownParent() {
        return cgroups.group(SliceName.path(parent));
    }

    @Override
    public Optional<SandboxId> sandboxOf(String groupName) {
        if (!groupName.endsWith(SliceName.ENDING)) return Optional.empty();
        String name = groupName.substring(0, groupName.length() - SliceName.ENDING.length());
        return Ids.sandbox(name.substring(name.lastIndexOf('-') + 1));
    }

    @Override
    public List<String> runtimeArguments() {
        return List.of("--systemd-cgroup");
    }

    @Override
    public void adopt(long pid, String group) {
        String[] parts = group.split("/");
        String slice = parts[parts.length - 2];
        String scope = parts[parts.length - 1];
        String properties = "4 Slice s " + slice + " PIDs au 1 " + pid + " CollectMode s inactive-or-failed"
                + " Description s davit-process-of-a-pod";
        // StartTransientUnit(name, mode, properties, auxiliary units); a failed scope of this name makes way.
        String call = "busctl call --quiet org.freedesktop.systemd1 /org/freedesktop/systemd1"
                + " org.freedesktop.systemd1.Manager StartTransientUnit ssa(sv)a(sa(sv)) " + scope + " replace "
                + properties + " 0";
        CommandResult result = commands.run(Command.of(CALL_MAX, call.split(" ")));
        if (!result.succeeded()) throw Fault.failed("start " + scope, "systemd: " + result.complaint());
        await(pid, group);
    }

    /** systemd answers when it has queued the job. */
    private static void await(long pid, String group) {
        long deadline = System.nanoTime() + CALL_MAX.toNanos();
        while (ProcessList.cgroups(pid).stream().noneMatch(line -> line.endsWith(group))) {
            if (System.nanoTime() > deadline) {
                throw Fault.failed(
                        "move process " + pid + " to " + group,
                        "systemd has not done so within " + CALL_MAX.toSeconds() + " s; see journalctl -u "
                                + Path.of(group).getFileName());
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                throw new Fault(new Fault.Kind.Cancelled("moving process " + pid + " to " + group), e);
            }
        }
    }

    /**
     * systemd forgets the slice before its directory goes: else the unit would stay active without one. Whether it knew the
     * slice is all the same: the group is gone, or says why not.
     */
    @Override
    public void remove(Cgroup group) {
        if (group.exists() && group.name().endsWith(SliceName.ENDING)) {
            CommandResult _ = commands.run(Command.of(CALL_MAX, "systemctl", "stop", "--quiet", group.name()));
        }
        group.remove();
    }
}
