package io.davit.core.domain;

/** A run of ids: {@code length} ids from {@code containerId} on are {@code hostId} on outside. */
public record IdMapping(long hostId, long containerId, long length) {
    /** Whether a container's id has one on the host. */
    public boolean covers(long id) {
        return id >= containerId && id < containerId + length;
    }
}
