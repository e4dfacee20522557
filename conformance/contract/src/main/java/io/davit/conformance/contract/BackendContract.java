package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.spi.Backend;
import io.davit.core.spi.HostServices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code io.davit.core.spi} says, as tests: each sentence there is one here. A backend's test extends this class,
 * opens the backend and names two images; it is done when all are green, and each that is switched off has a reason.
 *
 * <p>Every test works on a state of its own, and must leave nothing behind.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
public abstract class BackendContract
        implements SandboxContract,
                ContainerContract,
                StopContract,
                LogContract,
                ExecContract,
                StreamContract,
                ImageContract,
                ObserverContract,
                UsageContract,
                RestartContract {
    /** Engines are slow on a machine that does much else at the same time. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path root;

    private Engine engine;

    /** Opens the backend; a second call with the same {@code host} is a restart of the daemon, on the same state. */
    protected abstract Backend open(HostServices host);

    protected abstract TestImages images();

    protected Programs programs() {
        return new ShellPrograms();
    }

    /** A cgroup of the test's own, in the syntax of the backend's driver; empty: the backend's default. */
    protected String cgroupParent() {
        return "";
    }

    /** What is on the node and should not be, after everything was removed: processes, mounts, files, cgroups. */
    protected abstract List<String> leftovers(HostServices host);

    @Override
    public final Engine engine() {
        return engine;
    }

    @BeforeEach
    final void openEngine() {
        Awaitility.setDefaultTimeout(PATIENCE);
        engine = new Engine(this, root);
    }

    @AfterEach
    final void nothing_is_left() {
        engine.removeAll();
        try {
            assertThat(engine.backend().observer().sightings())
                    .as("sightings after removal")
                    .isEmpty();
            assertThat(leftovers(engine.host())).as("leftovers after removal").isEmpty();
        } finally {
            engine.close();
        }
    }
}
