package io.davit.core.spi;

import java.nio.file.Path;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What the core lends a backend.
 *
 * @param persistentDirectory the backend's own, survives a reboot; exists, mode 0700
 * @param volatileDirectory the backend's own, may be gone after a reboot; exists, mode 0711
 */
public record HostServices(
        Clock clock, RandomGenerator random, Path persistentDirectory, Path volatileDirectory, Commands commands) {}
