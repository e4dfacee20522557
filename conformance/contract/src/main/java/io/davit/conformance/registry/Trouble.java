package io.davit.conformance.registry;

/** How a {@link LoopbackRegistry} misbehaves. */
public enum Trouble {
    NONE,
    /** The layer has other bytes than its digest says, of the same length. */
    CORRUPT_LAYER,
    /** The layer ends half-way, and the connection with it. */
    TRUNCATED_LAYER,
    /** The manifest is another one than the digest that was asked for, or that the header names. */
    WRONG_DIGEST,
    /** The manifest is no JSON. */
    BROKEN_MANIFEST,
    /** Everything is answered with 401 and a challenge for a password. */
    UNAUTHORIZED,
    /** Everything is answered with 500. */
    SERVER_ERROR,
    /** Everything is answered with 429. */
    TOO_MANY_REQUESTS,
    /** The layer comes in drops, for as long as the registry lives. */
    SLOW_LAYER
}
