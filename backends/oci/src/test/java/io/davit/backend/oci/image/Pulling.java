package io.davit.backend.oci.image;

import io.davit.backend.oci.registry.ScriptedServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Specifications of pulls from a registry that does as it is told, to a store of their own. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
abstract class Pulling {
    @TempDir
    Path directory;

    ScriptedServer server;
    ImageStore store;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedServer.start();
        store = new ImageStore(directory);
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }
}
