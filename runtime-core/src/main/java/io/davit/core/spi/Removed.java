package io.davit.core.spi;

/** Answer to a removal: both are success. */
public enum Removed {
    NOW,
    ALREADY
}
