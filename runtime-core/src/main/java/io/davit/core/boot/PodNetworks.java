package io.davit.core.boot;

import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.network.PodNetwork;
import io.davit.core.node.Networks;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** CNI as the operations want it. */
record PodNetworks(PodNetwork network) implements Networks {
    @Override
    public NetworkAttachment attach(SandboxSpec sandbox, Path netns) {
        return network.attach(sandbox, netns);
    }

    @Override
    public void detach(SandboxSpec sandbox, Optional<Path> netns, Optional<NetworkAttachment> attachment) {
        network.detach(sandbox, netns, attachment);
    }

    @Override
    public Optional<String> trouble() {
        return network.trouble();
    }

    @Override
    public void askStatus() {
        network.askStatus();
    }

    @Override
    public void collect(Supplier<List<SandboxId>> valid) {
        network.collect(valid);
    }

    @Override
    public void check(SandboxSpec sandbox, NetworkAttachment attachment) {
        network.check(sandbox, attachment);
    }

    @Override
    public void podCidrs(List<String> cidrs) {
        network.podCidrs(cidrs);
    }
}
