package io.davit.core.domain;

/** A run of ids: {@code length} ids from {@code containerId} on are {@code hostId} on outside. */
public record IdMapping(long hostId, long containerId, long length) {}
