package io.davit.core.domain;

/** A device of the host inside a container; {@code permissions} is a subset of rwm. */
public record Device(String containerPath, String hostPath, String permissions) {}
