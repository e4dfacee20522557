package io.davit.core.node;

import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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

    /** The pods' address ranges as the kubelet tells them, for CNI configurations that ask for them. */
    void podCidrs(List<String> cidrs);
}
