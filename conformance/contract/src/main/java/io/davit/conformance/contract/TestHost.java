package io.davit.conformance.contract;

import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.HostServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** What the core would lend a backend, with directories below one of the test's own. */
final class TestHost {
    private TestHost() {}

    static HostServices below(Path root) {
        RandomGenerator random = RandomGenerator.of("SecureRandom");
        return new HostServices(
                Clock.systemUTC(),
                random,
                directory(root.resolve("persistent")),
                directory(root.resolve("volatile")),
                ChildProcesses.forThisMachine());
    }

    private static Path directory(Path path) {
        try {
            return Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new AssertionError("cannot make " + path, e);
        }
    }
}
