package io.davit.backend.docker.usage;

import io.davit.backend.docker.engine.ContainerState;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.kernel.FilesystemSize;
import io.davit.core.cgroup.GroupUsage;
import io.davit.core.cgroup.OpenFiles;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Counter;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Usage;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads what containers and pods use. The daemon is asked once for each, for the process id; what follows is the
 * kernel's, so that statistics cost microseconds and do not wait for Docker.
 */
public final class Meter {
    private final Daemon daemon;
    private final ControlGroups groups;
    private final WritableLayers layers;
    private final Clock clock;
    private final Map<String, FirstProcess> processes = new ConcurrentHashMap<>();

    /** A container's first process; its control group is called after the container, which tells a reused pid. */
    private record FirstProcess(long pid, String dockerId) {}

    public Meter(Daemon daemon, ControlGroups groups, WritableLayers layers, Clock clock) {
        this.daemon = daemon;
        this.groups = groups;
        this.layers = layers;
        this.clock = clock;
    }

    /** Empty if there is no such container. */
    public Optional<Usage.OfContainer> container(ContainerId id) {
        String name = Names.of(id);
        Optional<ControlGroups.Group> group = groupOf(name);
        if (group.isEmpty() && ContainerState.of(daemon, name).isEmpty()) {
            forget(name);
            return Optional.empty();
        }
        Optional<FilesystemUsage> layer = layers.of(name);
        ResourceUsage resources =
                group.map(one -> ofGroup(one, layer)).orElseGet(() -> ResourceUsage.unknown(clock.instant()));
        return Optional.of(new Usage.OfContainer(resources, layer));
    }

    private ResourceUsage ofGroup(ControlGroups.Group group, Optional<FilesystemUsage> layer) {
        Map<Counter, Long> more = new EnumMap<>(Counter.class);
        Set<Long> all = group.processes();
        OpenFiles open = OpenFiles.of(all);
        more.put(Counter.PROCESSES, (long) all.size());
        more.put(Counter.FILE_DESCRIPTORS, open.descriptors());
        more.put(Counter.SOCKETS, open.sockets());
        layer.ifPresent(usage -> {
            FilesystemSize size = FilesystemSize.of(usage.mountpoint());
            more.put(Counter.FILESYSTEM_BYTES, size.bytes());
            more.put(Counter.FILESYSTEM_INODES, size.inodes());
            more.put(Counter.FILESYSTEM_INODES_FREE, size.freeInodes());
        });
        return new GroupUsage(group, clock).read().counting(more);
    }

    /** Of the pod's control group, in which those of its containers are. Empty if there is no such pod. */
    public Optional<Usage.OfSandbox> sandbox(SandboxSpec spec) {
        String name = Names.of(spec.id());
        Optional<ControlGroups.Group> holder = groupOf(name);
        FirstProcess process = processes.get(name);
        if (holder.isEmpty() || process == null) {
            if (ContainerState.of(daemon, name).isEmpty()) return Optional.empty();
            return Optional.of(new Usage.OfSandbox(ResourceUsage.unknown(clock.instant()), Optional.empty()));
        }
        ResourceUsage resources = new GroupUsage(holder.get().parent(), clock).read();
        boolean own = !spec.security().namespaces().hostNetwork();
        return Optional.of(
                new Usage.OfSandbox(resources, own ? NetworkCounters.of(process.pid(), clock) : Optional.empty()));
    }

    private Optional<ControlGroups.Group> groupOf(String name) {
        FirstProcess known = processes.get(name);
        if (known == null) {
            Optional<ContainerState> state = ContainerState.of(daemon, name).filter(seen -> seen.pid() > 0);
            if (state.isEmpty()) return Optional.empty();
            state.get().upperDir().ifPresent(layer -> layers.add(name, layer));
            known = new FirstProcess(state.get().pid(), state.get().dockerId());
            processes.put(name, known);
        }
        String dockerId = known.dockerId();
        Optional<ControlGroups.Group> group = groups.ofProcess(known.pid()).filter(one -> one.mentions(dockerId));
        if (group.isEmpty()) processes.remove(name, known);
        return group;
    }

    public void forget(String name) {
        processes.remove(name);
        layers.forget(name);
    }
}
