package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Sighting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Logs of containers that write as fast as they can. */
class LogsInsideTest extends InsideContainers {
    private static final long LOG_BYTES_MAX = 256 * 1024;
    private static final int LINES = 1_000_000;

    /** A line may stand in pieces in two files, as the monitor writes what it has read; nothing is lost or doubled. */
    @Test
    void no_line_is_lost_while_a_busy_log_is_rotated_again_and_again() throws IOException {
        ContainerSpec container = counting();
        Path log = container.logPath().orElseThrow();
        List<Path> files = new ArrayList<>();
        try {
            while (runs(container)) {
                Path rotated = log.resolveSibling("rotated." + files.size());
                Files.move(log, rotated);
                files.add(rotated);
                engine.backend().containers().reopenLog(container.id());
            }
        } catch (Fault ended) {
            assertThat(runs(container)).as(ended.getMessage()).isFalse();
        }
        engine.awaitExit(container);
        if (Files.exists(log)) files.add(log);

        assertThat(files).hasSizeGreaterThan(2);
        String expected =
                IntStream.rangeClosed(1, LINES).mapToObj(n -> n + "\n").collect(Collectors.joining());
        assertThat(written(files).equals(expected))
                .as("all lines from 1 to " + LINES)
                .isTrue();
    }

    @Test
    void a_log_that_nobody_rotates_stays_below_its_limit_and_ends_with_the_last_line() throws IOException {
        engine.close();
        engine = TestEngine.withoutImages(root, host -> TestSettings.of(host, LOG_BYTES_MAX));
        ContainerSpec container = counting();

        engine.awaitExit(container);

        Path log = container.logPath().orElseThrow();
        assertThat(log).content().endsWith(" stdout F " + LINES + "\n");
        assertThat(Files.size(log)).isLessThanOrEqualTo(LOG_BYTES_MAX);
    }

    private ContainerSpec counting() {
        SandboxSpec sandbox = engine.sandbox();
        return engine.run(sandbox, engine.container(sandbox, List.of("sh", "-c", "seq 1 " + LINES)));
    }

    private boolean runs(ContainerSpec container) {
        return engine.backend().observer().sighting(container.id()).orElseThrow() instanceof Sighting.RunningContainer;
    }

    /** What the container wrote: the pieces of a line (P) and its end (F) put together. */
    private static String written(List<Path> files) {
        StringBuilder all = new StringBuilder();
        for (Path file : files) {
            try (Stream<String> lines = Files.lines(file)) {
                lines.map(line -> line.split(" ", 4)).forEach(entry -> {
                    all.append(entry[3]);
                    if (entry[2].equals("F")) all.append('\n');
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all.toString();
    }
}
