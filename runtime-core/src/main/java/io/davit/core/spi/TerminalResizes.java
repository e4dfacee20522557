package io.davit.core.spi;

import java.util.Optional;

/** Changes of the client's terminal. */
@FunctionalInterface
public interface TerminalResizes {
    TerminalResizes NONE = Optional::empty;

    /** Waits for the next size; empty when there will be none any more. */
    Optional<TerminalSize> next() throws InterruptedException;
}
