package io.davit.core.spi;

/** A sandbox that was started, and who must still do its network. */
public record SandboxUp(SandboxNetwork network) {}
