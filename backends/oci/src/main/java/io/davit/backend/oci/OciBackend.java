package io.davit.backend.oci;

import io.davit.backend.oci.bundle.BundleMaker;
import io.davit.backend.oci.cdi.CdiDevices;
import io.davit.backend.oci.cgroup.CgroupDriver;
import io.davit.backend.oci.checkpoint.ContainerCheckpoint;
import io.davit.backend.oci.container.ContainerLook;
import io.davit.backend.oci.container.ContainerMeter;
import io.davit.backend.oci.container.Endings;
import io.davit.backend.oci.container.OciContainers;
import io.davit.backend.oci.container.OciObserver;
import io.davit.backend.oci.container.Roots;
import io.davit.backend.oci.exec.OciStreams;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.host.AppArmor;
import io.davit.backend.oci.host.HostFacts;
import io.davit.backend.oci.host.ProgramSearch;
import io.davit.backend.oci.host.Selinux;
import io.davit.backend.oci.image.OciImages;
import io.davit.backend.oci.monitor.Conmon;
import io.davit.backend.oci.namespaces.PidNamespaceHolder;
import io.davit.backend.oci.process.BootId;
import io.davit.backend.oci.runtime.RuntimeCatalogue;
import io.davit.backend.oci.runtime.RuntimeEntry;
import io.davit.backend.oci.runtime.RuntimeSearch;
import io.davit.backend.oci.sandbox.OciSandboxes;
import io.davit.backend.oci.sandbox.SandboxMeter;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendInfo;
import io.davit.core.spi.Containers;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.Images;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Streams;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The OCI backend: puts its parts together and takes them apart. */
final class OciBackend implements Backend {
    private final BackendInfo info;
    private final OciSandboxes sandboxes;
    private final OciContainers containers;
    private final Images images;
    private final OciStreams streams;
    private final OciObserver observer;
    private final Runnable closeImages;

    private OciBackend(
            OciSettings settings,
            HostServices host,
            Images images,
            Roots roots,
            Runnable closeImages,
            RuntimeCatalogue runtimes,
            HostFacts facts,
            CgroupDriver driver,
            Conmon conmon,
            VolatileLayout layout) {
        BootId boot = BootId.current();
        Optional<PidNamespaceHolder> holders =
                ProgramSearch.find(settings.holder()).map(path -> PidNamespaceHolder.install(path, layout.holder()));
        this.images = images;
        this.closeImages = closeImages;
        Optional<String> noOwners = roots.idMappingTrouble();
        Selinux selinux = Selinux.ofHost(facts);
        this.info = info(runtimes, driver.kind(), noOwners.isEmpty());
        this.sandboxes = new OciSandboxes(
                layout,
                settings.shmBytes(),
                facts.cgroups(),
                driver,
                holders,
                boot,
                host.clock(),
                handler -> userNamespaceTrouble(runtimes.of(handler), noOwners),
                selinux);
        ContainerLook look = new ContainerLook(layout, facts.cgroups(), boot);
        Endings endings = new Endings();
        ContainerCheckpoint checkpoints = new ContainerCheckpoint(
                host.persistentDirectory().resolve("checkpoints"), facts.cgroups(), host.commands(), host.clock());
        checkpoints.endSurvivors();
        look.present().forEach(id -> checkpoints.thaw(look.directory(id)));
        checkpoints.clean();
        BundleMaker.BundlePolicy policy = new BundleMaker.BundlePolicy(
                settings.createMissingHostPaths(),
                settings.shmBytes(),
                settings.seccomp32Bit(),
                new CdiDevices(settings.cdiDirectories().stream().map(Path::of).toList()));
        this.containers = new OciContainers(
                new OciContainers.Parts(
                        layout,
                        facts,
                        driver,
                        runtimes,
                        new BundleMaker(facts, AppArmor.ofHost(facts, host.commands()), policy),
                        conmon,
                        roots,
                        selinux,
                        checkpoints,
                        host.commands(),
                        boot,
                        host.clock()),
                look,
                endings);
        this.streams = new OciStreams(look, layout, conmon, facts.cgroups(), settings.execDrain());
        this.observer = new OciObserver(
                layout,
                look,
                sandboxes,
                containers,
                roots,
                endings,
                new ContainerMeter(look, facts.cgroups(), roots, host.clock()),
                new SandboxMeter(layout, facts.cgroups(), host.clock()));
    }

    /** Opens the backend with its own image store. */
    static OciBackend open(OciSettings settings, List<HandlerSettings> handlers, HostServices host) {
        HostFacts facts = HostFacts.look();
        Selinux.ofHost(facts).ofLayers().ifPresent(context -> OciImages.label(host.persistentDirectory(), context));
        OciImages images = OciImages.open(
                host.persistentDirectory(),
                host.volatileDirectory(),
                settings.images(),
                settings.registry(),
                host.commands(),
                host.clock());
        try {
            Roots roots = new ImageRoots(images.rootFilesystems());
            return open(settings, handlers, host, images, roots, images::close, facts);
        } catch (RuntimeException e) {
            images.close();
            throw e;
        }
    }

    /** Opens the backend with images and root file systems from elsewhere. */
    static OciBackend open(
            OciSettings settings,
            List<HandlerSettings> handlers,
            HostServices host,
            Images images,
            Roots roots,
            Runnable closeImages) {
        return open(settings, handlers, host, images, roots, closeImages, HostFacts.look());
    }

    private static OciBackend open(
            OciSettings settings,
            List<HandlerSettings> handlers,
            HostServices host,
            Images images,
            Roots roots,
            Runnable closeImages,
            HostFacts facts) {
        VolatileLayout layout = new VolatileLayout(host.volatileDirectory());
        layout.all().forEach(PrivateFiles::makeDirectory);
        CgroupDriver driver = settings.driver(facts.cgroups(), host.commands());
        RuntimeCatalogue runtimes = new RuntimeSearch(facts, layout, driver.runtimeArguments(), host.commands())
                .search(handlers, settings.runtimes());
        Path monitor = ProgramSearch.find(settings.monitor())
                .orElseThrow(() -> Fault.failed(
                        "find the monitor of containers",
                        "there is no program '" + settings.monitor() + "'; apt-get install conmon"));
        Conmon conmon = new Conmon(monitor, layout, driver, settings.logBytesMax(), settings.parallelCreationsMax());
        return new OciBackend(settings, host, images, roots, closeImages, runtimes, facts, driver, conmon, layout);
    }

    private static Optional<String> userNamespaceTrouble(RuntimeEntry runtime, Optional<String> noOwners) {
        if (!runtime.userNamespaces()) {
            return Optional.of(runtime.runtime().name() + " has no user namespaces; choose another RuntimeClass");
        }
        return noOwners.map(why -> "files of images cannot show the owners of a user namespace here: " + why);
    }

    private static BackendInfo info(RuntimeCatalogue runtimes, BackendInfo.CgroupDriver driver, boolean shownOwners) {
        List<BackendInfo.Handler> handlers = runtimes.entries().stream()
                .map(entry -> new BackendInfo.Handler(
                        entry.handler(), entry.recursiveReadOnlyMounts(), shownOwners && entry.userNamespaces()))
                .toList();
        RuntimeEntry first = runtimes.entries().getFirst();
        return new BackendInfo(
                "oci",
                first.version(),
                handlers,
                driver,
                new BackendInfo.Features(true, shownOwners, true),
                true,
                Optional.empty());
    }

    @Override
    public BackendInfo info() {
        return info;
    }

    @Override
    public Sandboxes sandboxes() {
        return sandboxes;
    }

    @Override
    public Containers containers() {
        return containers;
    }

    @Override
    public Images images() {
        return images;
    }

    @Override
    public Streams streams() {
        return streams;
    }

    @Override
    public Observer observer() {
        return observer;
    }

    /** Of the settings only those of images change while it runs. */
    @Override
    public void reload(Record settings) {
        OciSettings changed = (OciSettings) settings;
        if (images instanceof OciImages store) store.reconfigure(changed.images(), changed.registry());
    }

    @Override
    public Map<String, Object> details() {
        return images instanceof OciImages store ? store.details() : Map.of();
    }

    @Override
    public void close() {
        observer.close();
        closeImages.run();
        sandboxes.removeEmptyParent();
    }
}
