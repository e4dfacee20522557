package io.davit.core.store;

import java.time.Instant;
import java.util.List;

/**
 * Something that happened to a sandbox or container, with the state of its whole pod as of then.
 *
 * @param subject id of the sandbox or container
 * @param sandbox of the pod
 * @param containers of the pod, in no order
 */
public record NodeEvent(
        Type type, String subject, Instant at, SandboxRecord sandbox, List<ContainerRecord> containers) {
    public NodeEvent {
        containers = List.copyOf(containers);
    }

    /** cri-api ContainerEventType; sandboxes have the same four. */
    public enum Type {
        CREATED,
        STARTED,
        STOPPED,
        DELETED
    }
}
