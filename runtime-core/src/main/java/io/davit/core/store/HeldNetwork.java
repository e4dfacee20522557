package io.davit.core.store;

import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What CNI may still hold for a sandbox whose network could not be taken down: its address is in use until that has
 * succeeded. Outlives the sandbox.
 *
 * @param netns where an attachment was begun, if it ever was
 * @param network what was attached, if that came to its end
 * @param since the first failure
 * @param why the last failure
 */
public record HeldNetwork(
        SandboxSpec spec, Optional<Path> netns, Optional<NetworkAttachment> network, Instant since, String why) {
    public SandboxId id() {
        return spec.id();
    }

    /** It failed again. */
    public HeldNetwork because(String reason) {
        return new HeldNetwork(spec, netns, network, since, reason);
    }
}
