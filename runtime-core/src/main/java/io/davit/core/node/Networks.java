package io.davit.core.node;

import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The pod network, for sandboxes whose engine leaves it to the core. */
public interface Networks {
    /** Joins the namespace to the pod network; what a failure began it has undone. */
    NetworkAttachment attach(SandboxSpec sandbox, Path netns);

    /**
     * Releases what {@link #attach} did or began; idempotent.
     *
     * @param netns where attach was begun, if it ever was
     * @param attachment what it did, if it came to an end
     */
    void detach(SandboxSpec sandbox, Optional<Path> netns, Optional<NetworkAttachment> attachment);

    /** Why no pod could be attached now; empty when all is well. From memory. */
    Optional<String> trouble();

    /** Brings up to date what {@link #trouble} knows of the network's programs; may take a while. */
    void askStatus();

    /**
     * Releases what the network holds for sandboxes that are not there any more.
     *
     * @param valid asked while nothing is being attached: all sandboxes that may hold anything
     */
    void collect(Supplier<List<SandboxId>> valid);

    /** @throws io.davit.core.domain.Fault Failed if something of the attachment is missing */
    void check(SandboxSpec sandbox, NetworkAttachment attachment);

    /** The pods' address ranges as the kubelet tells them, for CNI configurations that ask for them. */
    void podCidrs(List<String> cidrs);
}
