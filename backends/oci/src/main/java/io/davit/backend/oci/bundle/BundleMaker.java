package io.davit.backend.oci.bundle;

import io.davit.backend.oci.cdi.CdiDevices;
import io.davit.backend.oci.cdi.ContainerEdits;
import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.host.AppArmor;
import io.davit.backend.oci.host.HostFacts;
import io.davit.backend.oci.host.SaidOnce;
import io.davit.backend.oci.syscall.ConfinedDirectory;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.ProcessUser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes config.json out of what the core asks for. Thread-safe. */
public final class BundleMaker {
    private static final String SPEC_VERSION = "1.0.2";

    private final HostFacts host;
    private final BundlePolicy policy;
    private final SecurityProfiles profiles;
    private final ResourceLimits limits;
    private final SaidOnce said = new SaidOnce();

    /**
     * What the configuration says of containers.
     *
     * @param createMissingHostPaths make a directory where the source of a mount is missing
     * @param shmBytes size of a /dev/shm of a container's own
     * @param seccomp32Bit let the default seccomp profile allow 32 bit programs
     * @param cdi devices of vendors
     */
    public record BundlePolicy(boolean createMissingHostPaths, long shmBytes, boolean seccomp32Bit, CdiDevices cdi) {}

    public BundleMaker(HostFacts host, AppArmor apparmor, BundlePolicy policy) {
        this.host = host;
        this.policy = policy;
        this.profiles = new SecurityProfiles(host, apparmor, policy.seccomp32Bit(), said);
        this.limits = new ResourceLimits(host.cgroups());
    }

    /** @throws Fault InvalidRequest or Unsupported for what cannot be met, before anything is made on the host */
    public Bundle make(BundleRequest request) {
        ContainerSpec container = request.container();
        if (container.security().privileged() && !request.sandbox().security().privileged()) {
            throw Fault.invalid("linux.security_context.privileged", "the pod sandbox was not made privileged");
        }
        ProcessUser user = new ContainerUser(AccountFiles.in(request.rootfs()))
                .of(container.security(), request.owner().map(PodOwner::mapping));
        NamespaceList namespaces = NamespaceList.of(
                request.sandbox().security().namespaces(),
                container.security().namespaces(),
                request.directory(),
                request.targetPid());
        // A group of its own hides the others; version 1 containers expect to see the host's paths, as everywhere.
        if (host.cgroups().pureUnified() && !container.security().privileged()) namespaces.addCgroup();
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("ociVersion", SPEC_VERSION);
        spec.set("process", process(request, user));
        spec.putObject("root")
                .put("path", request.rootfs().toString())
                .put("readonly", container.security().readonlyRootfs());
        mounts(request).addTo(spec);
        linux(request, namespaces, spec);
        request.annotations().forEach(spec.withObject("annotations")::put);
        devicesOfVendors(request, spec);
        return new Bundle(spec.toString(), user, namespaces.ownPid());
    }

    private void devicesOfVendors(BundleRequest request, ObjectNode spec) {
        ContainerSpec container = request.container();
        boolean bound = request.owner().isPresent() && !request.makesForeignDevices();
        List<ContainerEdits> edits =
                policy.cdi().edits(CdiDevices.asked(container.cdiDevices(), container.annotations()));
        if (edits.isEmpty()) return;
        edits.forEach(edit -> edit.apply(spec, bound));
        // They add mounts where it pleases them; a mount must come after the one it lies on.
        List<JsonNode> mounts =
                new ArrayList<>(spec.withArray("mounts").valueStream().toList());
        mounts.sort(Comparator.comparingInt(
                mount -> Path.of(mount.path("destination").asString("/")).getNameCount()));
        spec.putArray("mounts").addAll(mounts);
    }

    private ObjectNode process(BundleRequest request, ProcessUser user) {
        ContainerSpec container = request.container();
        ContainerSecurity security = container.security();
        CapabilitySets capabilities = CapabilitySets.of(security, host.bounding());
        if (!capabilities.dropped().isEmpty()) {
            said.warn("containers asked for capabilities that this daemon lacks itself; they run without "
                    + CapabilitySets.names(capabilities.dropped()));
        }
        ObjectNode process = ProcessDocument.json(
                container.process(),
                user,
                capabilities,
                new ProcessDocument.Surroundings(
                        container.stdio().tty(),
                        request.directory().readHostname(),
                        security.noNewPrivileges(),
                        oomScoreAdj(container.resources().oomScoreAdj())));
        profiles.apparmor(security).ifPresent(profile -> process.put("apparmorProfile", profile));
        request.labels().process().ifPresent(label -> process.put("selinuxLabel", label));
        return process;
    }

    private int oomScoreAdj(long requested) {
        int clamped = host.clampedOomScoreAdj(requested);
        if (clamped != requested) {
            said.warn("containers asked for an oom_score_adj below the daemon's own, which takes CAP_SYS_RESOURCE;"
                    + " they get " + clamped);
        }
        return clamped;
    }

    private MountList mounts(BundleRequest request) {
        return MountList.of(
                request.sandbox(),
                request.container(),
                request.directory(),
                new HostMounts(policy.createMissingHostPaths(), request),
                inRootfs(request),
                policy.shmBytes());
    }

    /**
     * Makes the working directory, and, under a read-only root, mounts that keep the image's VOLUMEs writable: each shows
     * the directory of the root file system itself, so its content is there and goes with the container.
     */
    private static List<MountEntry> inRootfs(BundleRequest request) {
        int uid = request.owner().map(owner -> owner.uid(0)).orElse(0);
        int gid = request.owner().map(owner -> owner.gid(0)).orElse(0);
        try (ConfinedDirectory root = ConfinedDirectory.open(request.rootfs())) {
            root.makeDirectories(relative(request.container().process().workingDirectory()), uid, gid);
            List<MountEntry> volumes = new ArrayList<>();
            if (!request.container().security().readonlyRootfs()) return volumes;
            for (String volume : request.container().anonymousVolumes()) {
                Path source = root.makeDirectories(relative(volume), uid, gid);
                volumes.add(new MountEntry(
                        MountEntry.destination(volume), "bind", source.toString(), List.of("bind", "rprivate", "rw")));
            }
            return volumes;
        }
    }

    private static Path relative(String absolute) {
        return Path.of("/").relativize(Path.of("/").resolve(absolute).normalize());
    }

    private void linux(BundleRequest request, NamespaceList namespaces, ObjectNode spec) {
        ObjectNode linux = spec.withObject("linux");
        ContainerSecurity security = request.container().security();
        linux.put("cgroupsPath", request.cgroup());
        // Without it crun puts processes into a group below the scope (crun(1)); others do not know the word.
        if (!request.cgroup().startsWith("/")) {
            spec.withObject("annotations").put("run.oci.systemd.subgroup", "");
        }
        linux.set("resources", limits.jsonForNewGroup(request.container().resources()));
        DeviceNodes devices =
                DeviceNodes.of(security.privileged(), request.container().devices());
        devices.allow(linux.withObject("resources"));
        // In a user namespace nobody can make device nodes, and the runtimes would look for the host's by the path
        // inside.
        if (request.owner().isPresent()) devices.bind(spec.withArray("mounts"));
        else devices.make(linux);
        namespaces.addTo(linux);
        request.labels().files().ifPresent(label -> linux.put("mountLabel", label));
        request.owner().map(PodOwner::mapping).ifPresent(mapping -> {
            addMapping(mapping.uid(), linux.withArray("uidMappings"));
            addMapping(mapping.gid(), linux.withArray("gidMappings"));
        });
        paths(security, "maskedPaths", ContainerSecurity::maskedPaths, linux);
        paths(security, "readonlyPaths", ContainerSecurity::readonlyPaths, linux);
        profiles.seccomp(security, CapabilitySets.of(security, host.bounding()).held())
                .ifPresent(filter -> linux.set("seccomp", filter));
    }

    // The namespace is joined by its pin; the runtimes want its mapping said again to give files to its root.
    private static void addMapping(IdMapping mapping, ArrayNode list) {
        list.addObject()
                .put("containerID", mapping.containerId())
                .put("hostID", mapping.hostId())
                .put("size", mapping.length());
    }

    // The lists are complete (cri-api): nothing is masked that was not named; nothing at all in a privileged container.
    private static void paths(
            ContainerSecurity security, String name, Function<ContainerSecurity, List<String>> list, ObjectNode linux) {
        if (security.privileged()) return;
        list.apply(security).forEach(path -> linux.withArray(name).add(path));
    }
}
