package io.davit.backend.oci;

import io.davit.core.spi.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Whether checkpoints can be made here. */
final class CriuOfHost {
    private static final Duration CHECK_MAX = Duration.ofMinutes(1);

    private CriuOfHost() {}

    /** With a runtime that can: Debian's crun is built without. */
    static boolean isContent(TestEngine engine) {
        String handler = engine.backend().info().handlers().getFirst().handler().name();
        return handler.equals("runc")
                && Files.exists(Path.of("/usr/sbin/criu"))
                && engine.host()
                        .commands()
                        .run(Command.of(CHECK_MAX, "criu", "check"))
                        .succeeded();
    }
}
