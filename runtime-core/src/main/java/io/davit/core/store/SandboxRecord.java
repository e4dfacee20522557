package io.davit.core.store;

import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.machine.SandboxState;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All that davit knows of a sandbox.
 *
 * @param backend name of the backend that has it
 * @param netns where the core runs CNI; written before it does, so that a crash can be cleaned up after
 * @param network present from a successful CNI ADD to a successful DEL
 * @param addresses of the pod, the first is the primary one; kept when the network is gone
 * @param overhead of the pod's own, in force now: that of the request with every later change
 * @param resources of all its containers, likewise
 */
public record SandboxRecord(
        SandboxSpec spec,
        String backend,
        SandboxState state,
        Optional<Path> netns,
        Optional<NetworkAttachment> network,
        List<InetAddress> addresses,
        Resources overhead,
        Resources resources) {
    public SandboxRecord {
        addresses = List.copyOf(addresses);
    }

    /** A sandbox whose making begins. */
    public static SandboxRecord starting(SandboxSpec spec, String backend, SandboxState state) {
        return new SandboxRecord(
                spec, backend, state, Optional.empty(), Optional.empty(), List.of(), spec.overhead(), spec.resources());
    }

    public SandboxId id() {
        return spec.id();
    }

    public SandboxRecord in(SandboxState next) {
        return new SandboxRecord(spec, backend, next, netns, network, addresses, overhead, resources);
    }

    /** The core is about to run CNI in {@code path}. */
    public SandboxRecord attaching(Path path) {
        return new SandboxRecord(spec, backend, state, Optional.of(path), network, addresses, overhead, resources);
    }

    public SandboxRecord attached(NetworkAttachment attachment) {
        return new SandboxRecord(
                spec, backend, state, netns, Optional.of(attachment), attachment.addresses(), overhead, resources);
    }

    /** The engine did the network itself. */
    public SandboxRecord attachedByEngine(List<InetAddress> engineAddresses) {
        return new SandboxRecord(spec, backend, state, netns, network, engineAddresses, overhead, resources);
    }

    /** CNI has released everything. */
    public SandboxRecord detached() {
        return new SandboxRecord(
                spec, backend, state, Optional.empty(), Optional.empty(), addresses, overhead, resources);
    }

    /** The kubelet has changed what the pod may use. */
    public SandboxRecord given(Optional<Resources> newOverhead, Optional<Resources> newResources) {
        return new SandboxRecord(
                spec,
                backend,
                state,
                netns,
                network,
                addresses,
                newOverhead.map(overhead::with).orElse(overhead),
                newResources.map(resources::with).orElse(resources));
    }

    /** True while CNI may hold something for this sandbox. */
    public boolean holdsNetwork() {
        return netns.isPresent() || network.isPresent();
    }
}
