package io.davit.core.streaming;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.Streams;

/**
 * Finds who serves the streams of a container or sandbox. Asked twice for each stream, as the state may change between:
 * when the RPC wants a URL and when the client has connected. Answers from memory.
 */
public interface StreamTargets {
    /** @throws io.davit.core.domain.Fault Absent; Refused if the container is not running */
    Streams running(ContainerId id);

    /** @throws io.davit.core.domain.Fault Absent; Refused if the sandbox is not ready */
    Streams ready(SandboxId id);
}
