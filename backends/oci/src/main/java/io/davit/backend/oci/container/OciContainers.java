package io.davit.backend.oci.container;

import io.davit.backend.oci.bundle.Bundle;
import io.davit.backend.oci.bundle.BundleMaker;
import io.davit.backend.oci.bundle.BundleRequest;
import io.davit.backend.oci.cgroup.CgroupDriver;
import io.davit.backend.oci.cgroup.CgroupPlace;
import io.davit.backend.oci.files.Appearance;
import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.host.HostFacts;
import io.davit.backend.oci.host.Selinux;
import io.davit.backend.oci.host.SelinuxLabels;
import io.davit.backend.oci.monitor.Conmon;
import io.davit.backend.oci.monitor.ControlFifo;
import io.davit.backend.oci.monitor.LogFile;
import io.davit.backend.oci.process.BootId;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.backend.oci.runtime.RuntimeCatalogue;
import io.davit.backend.oci.runtime.RuntimeEntry;
import io.davit.backend.oci.sandbox.SandboxDirectory;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.ProcessUser;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Commands;
import io.davit.core.spi.Containers;
import io.davit.core.spi.Created;
import io.davit.core.spi.Removed;
import io.davit.core.spi.Started;
import io.davit.core.spi.Stopped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Containers of the oci backend. Thread-safe for different containers, and for stops of the same one. */
public final class OciContainers implements Containers {
    private final Parts parts;
    private final ContainerLook look;
    private final Stopping stopping;
    private final Removal removal;
    private final Resumption resumption;
    private final ResourceChange resourceChange;

    /** What containers are made with. */
    public record Parts(
            VolatileLayout layout,
            HostFacts host,
            CgroupDriver driver,
            RuntimeCatalogue runtimes,
            BundleMaker bundles,
            Conmon conmon,
            Roots roots,
            Selinux selinux,
            Checkpoints checkpoints,
            Commands commands,
            BootId boot,
            Clock clock) {}

    public OciContainers(Parts parts, ContainerLook look, Endings endings) {
        this.parts = parts;
        this.look = look;
        this.stopping = new Stopping(look, parts.host().cgroups(), endings);
        this.resumption = new Resumption(parts, look, stopping);
        this.removal = new Removal(
                parts.layout(),
                look,
                stopping,
                parts.host().cgroups(),
                parts.driver(),
                parts.roots(),
                parts.commands());
        this.resourceChange = new ResourceChange(parts.host(), parts.commands(), parts.clock());
    }

    @Override
    public Created create(SandboxSpec sandbox, ContainerSpec spec) {
        ContainerDirectory directory = look.directory(spec.id());
        try {
            Prepared prepared = prepare(sandbox, spec, _ -> {});
            long pid = parts.conmon()
                    .create(new Conmon.Creation(
                            spec.id(),
                            prepared.note().ociRuntime(),
                            spec.process().arguments().getFirst(),
                            spec.logPath(),
                            spec.stdio(),
                            prepared.note().monitorCgroup(),
                            Optional.empty()));
            // An init that has ended already leaves no note: its exit file tells the rest.
            ProcessIdentity.of(pid).map(InitNote::of).ifPresent(directory.init()::write);
            return new Created(Optional.of(prepared.user()));
        } finally {
            StagedMounts.release(directory.mounts());
        }
    }

    @Override
    public Created restore(SandboxSpec sandbox, ContainerSpec spec, Path archive) {
        ContainerId id = spec.id();
        OciRuntime runtime = parts.runtimes().of(sandbox.handler()).runtime();
        Path home = parts.roots()
                .beside(id)
                .orElseThrow(() -> Fault.failed("restore container " + id, "its root file system has no layer"));
        Optional<Path> shm = shm(sandbox);
        Prepared prepared =
                prepare(sandbox, spec, rootfs -> parts.checkpoints().unpack(archive, runtime, home, rootfs, shm));
        // Last: from here on it is a container that waits for its start. What is staged stays until then.
        String images = home.resolve(Checkpoints.IMAGES).toString();
        look.directory(id)
                .rest()
                .write(new RestNote(images, spec.process().arguments().getFirst(), spec.stdio()));
        return new Created(Optional.of(prepared.user()));
    }

    /** A bundle that is ready for the OCI runtime. */
    private record Prepared(ContainerNote note, ProcessUser user) {}

    /** @param onRoot what is done to the root file system first */
    private Prepared prepare(SandboxSpec sandbox, ContainerSpec spec, Consumer<Path> onRoot) {
        SandboxDirectory pod = new SandboxDirectory(parts.layout().sandbox(sandbox.id()));
        if (!pod.usable()) {
            throw new Fault(new Fault.Kind.Refused("create container " + spec.id(), "its sandbox was stopped"));
        }
        SelinuxLabels labels = parts.selinux().ofContainer(sandbox.security(), spec.security(), pod.readSelinuxLevel());
        RuntimeEntry runtime = parts.runtimes().of(sandbox.handler());
        ContainerDirectory directory = look.directory(spec.id());
        CgroupPlace place = parts.driver().place(sandbox.cgroupParent(), sandbox.id());
        ContainerNote note = note(sandbox, spec, runtime, place);
        PrivateFiles.makeDirectory(directory.path());
        directory.note().write(note);
        spec.logPath().ifPresent(log -> LogFile.prepare(sandbox.logDirectory(), log));
        Optional<PodOwner> owner = sandbox.security()
                .namespaces()
                .ownUser()
                .map(mapping -> new PodOwner(pod.pin(NamespaceKind.USER), mapping));
        Appearance shown = new Appearance(owner, labels.files());
        Path rootfs = parts.roots().prepare(spec.id(), spec.imageId(), volumes(spec), shown);
        onRoot.accept(rootfs);
        Bundle bundle = parts.bundles()
                .make(new BundleRequest(
                        sandbox,
                        spec,
                        pod,
                        rootfs,
                        place.inConfig(spec.id()),
                        targetPid(spec),
                        runtime.runtime().makesForeignDevices(),
                        runtime.recursiveReadOnlyMounts(),
                        runtime.annotations().passed(sandbox.annotations(), spec.annotations()),
                        owner,
                        labels,
                        new StagedMounts(spec.id(), directory, parts.roots(), shown)));
        PrivateFiles.write(directory.config(), bundle.config());
        return new Prepared(note, bundle.user());
    }

    /** The pod's own /dev/shm. */
    private Optional<Path> shm(SandboxSpec sandbox) {
        if (sandbox.security().namespaces().ipc() != NamespaceMode.POD) return Optional.empty();
        return Optional.of(new SandboxDirectory(parts.layout().sandbox(sandbox.id())).shm());
    }

    private static List<ImageId> volumes(ContainerSpec spec) {
        List<ImageId> images = new ArrayList<>();
        for (Mount mount : spec.mounts()) {
            if (mount.source() instanceof Mount.Source.ImageVolume volume)
                volume.id().ifPresent(images::add);
        }
        return images;
    }

    private ContainerNote note(SandboxSpec sandbox, ContainerSpec spec, RuntimeEntry runtime, CgroupPlace place) {
        return new ContainerNote(
                ContainerNote.VERSION,
                parts.boot().value(),
                sandbox.id().value(),
                runtime.runtime().program().toString(),
                runtime.runtime().root().toString(),
                runtime.runtime().arguments(),
                place.ofContainer(spec.id()),
                place.around(spec.id()),
                place.ofMonitor(spec.id()),
                spec.logPath().map(Path::toString).orElse(""),
                spec.security().namespaces().pid() == NamespaceMode.CONTAINER);
    }

    // By the number of a process that is known to live, and looked at once more by the runtime when it opens the path.
    private Optional<Path> targetPid(ContainerSpec spec) {
        return spec.security()
                .namespaces()
                .target()
                .flatMap(target -> look.directory(target)
                        .note()
                        .readIfSound()
                        .filter(note -> note.sandboxId().equals(spec.sandbox()))
                        .flatMap(note -> look.init(target, note))
                        .filter(ProcessIdentity::alive)
                        .map(init -> Path.of("/proc/" + init.pid(), "ns", NamespaceKind.PID.file())));
    }

    @Override
    public Started start(ContainerId id) {
        ContainerNote note = look.note(id);
        Optional<RestNote> rest = look.directory(id).rest().read();
        if (rest.isPresent()) return resumption.run(id, note, rest.get());
        ProcessIdentity init = look.init(id, note)
                .filter(ProcessIdentity::alive)
                .orElseThrow(() -> Fault.failed("start container " + id, "its first process has ended before"));
        // Noted before: a program can have ended before the runtime returns, and the daemon too.
        Instant at = parts.clock().instant();
        PrivateFiles.write(look.directory(id).started(), at.toString());
        ExecWait exec = ExecWait.of(init);
        try {
            note.ociRuntime().start(id, parts.commands());
            exec.await();
        } catch (Fault fault) {
            PrivateFiles.delete(look.directory(id).started());
            // What cannot be started never runs: nothing may begin behind the back of the one who was told so.
            stopping.killAll(id);
            throw fault;
        }
        return new Started(at, init.pid());
    }

    @Override
    public Stopped stop(ContainerId id, Signal signal, GracePeriod grace) {
        return stopping.stop(id, signal, grace);
    }

    @Override
    public Removed remove(ContainerId id) {
        return removal.remove(id);
    }

    @Override
    public void update(ContainerId id, Resources resources) {
        if (Files.exists(look.directory(id).restFile())) {
            throw new Fault(new Fault.Kind.Refused("update container " + id, "it is restored; start it first"));
        }
        resourceChange.apply(id, look.note(id), resources);
    }

    @Override
    public void checkpoint(CheckpointRequest request) {
        List<Checkpoints.Target> targets = request.subjects().stream()
                .map(subject -> {
                    ContainerId id = subject.container().id();
                    Optional<Path> upper = parts.roots().changes(id);
                    return new Checkpoints.Target(subject, look.directory(id), look.note(id), upper);
                })
                .toList();
        parts.checkpoints().make(request, targets, shm(request.sandbox()));
    }

    @Override
    public void reopenLog(ContainerId id) {
        ContainerNote note = look.note(id);
        if (note.log().isEmpty()) {
            throw new Fault(new Fault.Kind.Refused("reopen the log of container " + id, "it was created without one"));
        }
        ControlFifo.reopenLog(id, look.directory(id).monitor(), Path.of(note.log()));
    }

    /** Ends what a container that shares a PID namespace left behind in its control group; for the exit watch. */
    public Set<Long> killLeftovers(ContainerId id) {
        boolean alone = look.directory(id)
                .note()
                .readIfSound()
                .filter(note -> !note.ownPid())
                .isEmpty();
        return alone ? Set.of() : stopping.killAll(id);
    }
}
