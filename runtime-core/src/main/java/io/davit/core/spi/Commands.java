package io.davit.core.spi;

/** Runs short-lived programs of the host, a bounded number at a time. */
public interface Commands {
    /**
     * Runs a program to its end with a clean environment and no inherited descriptors.
     *
     * @throws io.davit.core.domain.Fault Failed if it cannot be started, TimedOut if it was killed at its limit,
     *     Cancelled if the caller was interrupted (the program is killed then)
     */
    CommandResult run(Command command);
}
