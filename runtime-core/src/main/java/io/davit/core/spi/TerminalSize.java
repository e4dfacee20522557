package io.davit.core.spi;

/** Size of a terminal in characters. */
public record TerminalSize(int columns, int rows) {}
