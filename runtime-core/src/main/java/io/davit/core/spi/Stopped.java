package io.davit.core.spi;

/** Answer to a stop: both are success. */
public enum Stopped {
    NOW,
    ALREADY
}
