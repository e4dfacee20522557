package io.davit.core.domain;

/** What a group of processes has read from and written to one block device; {@code major}:{@code minor} names it. */
public record DiskTraffic(int major, int minor, long readBytes, long writtenBytes, long reads, long writes) {}
