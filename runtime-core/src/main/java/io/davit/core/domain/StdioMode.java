package io.davit.core.domain;

/** How a container's standard streams are set up. With {@code tty} there is one stream for output. */
public record StdioMode(boolean stdin, boolean stdinOnce, boolean tty) {}
