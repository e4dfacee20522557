package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A test on the runtime side of the backend, which looks at things from inside a container and leaves nothing. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
abstract class InsideContainers {
    /** Engines are slow on a machine that does much else at the same time. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    TestEngine engine;

    @BeforeEach
    void open() {
        Awaitility.setDefaultTimeout(PATIENCE);
        engine = open(root);
    }

    /** The backend under test. */
    TestEngine open(Path directory) {
        return TestEngine.withoutImages(directory);
    }

    @AfterEach
    void nothing_is_left() {
        engine.removeEverything();
        assertThat(engine.leftovers()).isEmpty();
        engine.close();
    }

    String withSecurity(Specs.Security security, String script) {
        return engine.output(engine.sandbox(), secure(security), script);
    }

    static UnaryOperator<ContainerSpec> secure(Specs.Security security) {
        return spec -> Specs.security(spec, security.build());
    }

    ContainerSpec running(UnaryOperator<ContainerSpec> change) {
        SandboxSpec sandbox = engine.sandbox();
        return engine.run(sandbox, change.apply(engine.container(sandbox, List.of("sleep", "1000"))));
    }
}
