package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.cgroup.Cgroup;
import io.davit.backend.oci.cgroup.CgroupDriver;
import io.davit.backend.oci.cgroup.CgroupPlace;
import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.files.Appearance;
import io.davit.backend.oci.files.Ids;
import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.host.Selinux;
import io.davit.backend.oci.namespaces.PidNamespaceHolder;
import io.davit.backend.oci.namespaces.PinnedNamespaces;
import io.davit.backend.oci.process.BootId;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.Namespaces.UserNamespace;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Removed;
import io.davit.core.spi.SandboxNetwork;
import io.davit.core.spi.SandboxUp;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Stopped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Sandboxes of the oci backend. Thread-safe for different sandboxes. */
public final class OciSandboxes implements Sandboxes {
    private static final Duration KILL_MAX = Duration.ofSeconds(10);

    private final VolatileLayout layout;
    private final long shmBytes;
    private final Cgroups cgroups;
    private final CgroupDriver driver;
    private final Optional<PidNamespaceHolder> holders;
    private final BootId boot;
    private final Clock clock;
    private final Function<RuntimeHandler, Optional<String>> userNamespaces;
    private final Selinux selinux;
    private final PodLevels levels;

    /**
     * @param shmBytes size of a pod's /dev/shm
     * @param holders empty where the program for it is missing: pods that share a PID namespace are refused then
     * @param selinux of this node
     * @param userNamespaces why pods of a handler cannot have one; empty if they can
     */
    public OciSandboxes(
            VolatileLayout layout,
            long shmBytes,
            Cgroups cgroups,
            CgroupDriver driver,
            Optional<PidNamespaceHolder> holders,
            BootId boot,
            Clock clock,
            Function<RuntimeHandler, Optional<String>> userNamespaces,
            Selinux selinux) {
        this.layout = layout;
        this.shmBytes = shmBytes;
        this.cgroups = cgroups;
        this.driver = driver;
        this.holders = holders;
        this.boot = boot;
        this.clock = clock;
        this.userNamespaces = userNamespaces;
        this.selinux = selinux;
        this.levels = new PodLevels(layout);
    }

    @Override
    public SandboxUp start(SandboxSpec spec) {
        UnservedSandboxFields.refuse(spec, userNamespaces.apply(spec.handler()));
        boolean labels = selinux.labels(spec.security());
        SandboxDirectory directory = new SandboxDirectory(layout.sandbox(spec.id()));
        CgroupPlace cgroup = driver.place(spec.cgroupParent(), spec.id());
        Set<NamespaceKind> own = ownNamespaces(spec.security().namespaces());
        Map<Path, String> sysctls = Sysctls.of(spec, own);
        PrivateFiles.makeDirectory(directory.pins());
        SandboxNote note = new SandboxNote(
                SandboxNote.VERSION,
                boot.value(),
                cgroup.path(),
                cgroup.ours(),
                cgroup.ofHolder(spec.id()),
                List.copyOf(own));
        directory.note().write(note);
        Optional<String> level = labels ? Optional.of(levels.take(spec.id())) : Optional.empty();
        Optional<UserNamespace> user = spec.security().namespaces().ownUser();
        Appearance shown = new Appearance(
                user.map(mapping -> new PodOwner(directory.pin(NamespaceKind.USER), mapping)),
                selinux.ofPod(spec.security(), level).files());
        SandboxFiles.write(directory, spec, shown);
        if (spec.security().namespaces().ipc() == NamespaceMode.POD) mountShm(directory.shm(), shown);
        Set<NamespaceKind> pinned = EnumSet.copyOf(own);
        pinned.removeAll(Set.of(NamespaceKind.PID, NamespaceKind.USER));
        String hostname = SandboxFiles.hostname(spec);
        user.ifPresentOrElse(
                mapping -> PinnedNamespaces.pinOwned(directory.pins(), mapping, pinned, hostname, sysctls),
                () -> PinnedNamespaces.pin(directory.pins(), pinned, hostname, sysctls));
        if (spec.security().privileged() && own.contains(NamespaceKind.NET)) {
            PrivateFiles.makeDirectory(directory.sys());
            PinnedNamespaces.mountSys(directory.pin(NamespaceKind.NET), directory.sys());
        }
        if (own.contains(NamespaceKind.PID)) startHolder(spec.id(), note, directory);
        return new SandboxUp(
                own.contains(NamespaceKind.NET)
                        ? new SandboxNetwork.Unattached(directory.pin(NamespaceKind.NET))
                        : new SandboxNetwork.Host());
    }

    private static Set<NamespaceKind> ownNamespaces(Namespaces namespaces) {
        Set<NamespaceKind> own = EnumSet.noneOf(NamespaceKind.class);
        if (!namespaces.hostNetwork()) {
            own.add(NamespaceKind.NET);
            // The hostname belongs to the network: with the host's network goes the host's name (cri-api, hostname).
            own.add(NamespaceKind.UTS);
        }
        if (namespaces.ipc() == NamespaceMode.POD) own.add(NamespaceKind.IPC);
        if (namespaces.pid() == NamespaceMode.POD) own.add(NamespaceKind.PID);
        if (namespaces.ownUser().isPresent()) own.add(NamespaceKind.USER);
        return own;
    }

    private void mountShm(Path shm, Appearance shown) {
        PrivateFiles.makeDirectory(shm);
        String owner = shown.owner()
                .map(root -> ",uid=" + root.uid(0) + ",gid=" + root.gid(0))
                .orElse("");
        Set<Mounts.Flag> flags = EnumSet.of(Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEV, Mounts.Flag.NO_EXEC);
        Mounts.mount("shm", shm, "tmpfs", flags, "mode=1777,size=" + shmBytes + owner + shown.contextOption());
    }

    private void startHolder(SandboxId id, SandboxNote note, SandboxDirectory directory) {
        PidNamespaceHolder program = holders.orElseThrow(() -> new Fault(new Fault.Kind.Unsupported(
                "a PID namespace shared by the pod",
                "catatonit is not installed; apt-get install catatonit, or set shareProcessNamespace: false")));
        ProcessIdentity holder = program.start(id, directory.pins());
        driver.adopt(holder.pid(), note.holderCgroup());
        directory.holder().write(HolderNote.of(holder));
    }

    @Override
    public Stopped stop(SandboxId id) {
        SandboxDirectory directory = new SandboxDirectory(layout.sandbox(id));
        if (!Files.exists(directory.path())) return Stopped.ALREADY;
        if (Files.exists(directory.stopped())) return Stopped.ALREADY;
        takeDown(id, directory);
        PrivateFiles.mark(directory.stopped());
        return Stopped.NOW;
    }

    private void takeDown(SandboxId id, SandboxDirectory directory) {
        directory.holder().readIfSound().map(HolderNote::identity).ifPresentOrElse(PidNamespaceHolder::kill, () -> {
            if (maySharePid(directory)) holders.ifPresent(program -> program.killAll(id));
        });
        directory
                .note()
                .readIfSound()
                .filter(SandboxNote::sharesPid)
                .ifPresent(note -> cgroups.group(note.holderCgroup()).remove());
        Mounts.detachAll(directory.sys());
        PinnedNamespaces.unpin(directory.pins());
        Mounts.detachAll(directory.shm());
    }

    /** The holder as it was noted, or, where the daemon died before it could, as it is found. */
    private static Optional<ProcessIdentity> holder(SandboxId id, SandboxDirectory directory) {
        Optional<HolderNote> noted = directory.holder().readIfSound();
        if (noted.isPresent()) return noted.map(HolderNote::identity);
        return maySharePid(directory) ? PidNamespaceHolder.find(id).stream().findFirst() : Optional.empty();
    }

    private static boolean maySharePid(SandboxDirectory directory) {
        return directory.note().readIfSound().filter(note -> !note.sharesPid()).isEmpty();
    }

    @Override
    public Removed remove(SandboxId id) {
        SandboxDirectory directory = new SandboxDirectory(layout.sandbox(id));
        if (!Files.exists(directory.path())) return Removed.ALREADY;
        takeDown(id, directory);
        ownCgroup(directory).ifPresent(group -> {
            Set<Long> left = group.kill(KILL_MAX);
            if (!left.isEmpty()) throw Fault.failed("remove sandbox " + id, "processes survive SIGKILL: " + left);
            driver.remove(group);
        });
        // Last: as long as the directory is there, the sandbox is seen and removed again.
        PrivateFiles.deleteTree(directory.path());
        return Removed.NOW;
    }

    private Optional<Cgroup> ownCgroup(SandboxDirectory directory) {
        return directory.note().readIfSound().filter(SandboxNote::cgroupOurs).map(note -> cgroups.group(note.cgroup()));
    }

    /** Deletes the control group above those of the pods, unless it is in use. */
    public void removeEmptyParent() {
        Cgroup parent = driver.ownParent();
        if (parent.children().isEmpty() && parent.processes().isEmpty()) driver.remove(parent);
    }

    /** Every sandbox of which anything is left, in no order. */
    public List<Sighting> sightings() {
        MountTable mounts = MountTable.read();
        return present().stream().map(id -> sighting(id, mounts)).toList();
    }

    private Set<SandboxId> present() {
        Set<SandboxId> found = new LinkedHashSet<>();
        PrivateFiles.names(layout.sandboxes()).forEach(name -> Ids.sandbox(name).ifPresent(found::add));
        driver.ownParent().children().forEach(name -> driver.sandboxOf(name).ifPresent(found::add));
        return found;
    }

    private Sighting sighting(SandboxId id, MountTable mounts) {
        SandboxDirectory directory = new SandboxDirectory(layout.sandbox(id));
        if (alive(id, directory, mounts)) return new Sighting.LiveSandbox(id);
        Instant at = PrivateFiles.changedAt(directory.stopped())
                .or(() -> PrivateFiles.changedAt(directory.path()))
                .orElseGet(clock::instant);
        return new Sighting.DeadSandbox(id, at);
    }

    private boolean alive(SandboxId id, SandboxDirectory directory, MountTable mounts) {
        if (Files.exists(directory.stopped())) return false;
        Optional<SandboxNote> note = directory.note().readIfSound();
        if (note.isEmpty() || !note.get().bootId().equals(boot.value())) return false;
        boolean pinned =
                note.get().pinned().stream().allMatch(kind -> PinnedNamespaces.pinned(mounts, directory.pins(), kind));
        return pinned
                && (!note.get().sharesPid()
                        || holder(id, directory).filter(ProcessIdentity::alive).isPresent());
    }
}
