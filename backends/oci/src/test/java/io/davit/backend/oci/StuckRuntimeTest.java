package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.backend.oci.process.ProcessList;
import io.davit.conformance.contract.Background;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** A runtime whose exec hangs, as runc's does while its container is frozen. */
class StuckRuntimeTest extends InsideContainers {
    private final String mark = Integer.toString(ThreadLocalRandom.current().nextInt(1_000_000, 9_000_000));

    @Override
    TestEngine open(Path directory) {
        Path stuck = directory.resolve("stuck");
        String script = """
                #!/bin/sh
                for word in "$@"; do
                    if [ "$word" = exec ]; then exec sleep %s; fi
                done
                exec runc "$@"
                """.formatted(mark);
        try {
            Files.writeString(stuck, script);
            Files.setPosixFilePermissions(stuck, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return TestEngine.withoutImages(directory, host -> TestSettings.of(host, List.of(stuck.toString()), 0));
    }

    @Test
    void a_command_that_cannot_begin_meets_its_limit() {
        ContainerSpec container = running();

        assertThatThrownBy(() -> exec(container, Optional.of(Duration.ofSeconds(1))))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.TimedOut.class));

        await().untilAsserted(() -> assertThat(stuck()).isZero());
    }

    @Test
    void a_client_that_leaves_does_not_wait_for_a_command_that_cannot_begin() throws Exception {
        ContainerSpec container = running();
        Background<Integer> command = Background.call(() -> exec(container, Optional.empty()));
        await().untilAsserted(() -> assertThat(stuck()).isPositive());

        command.interrupt();

        await().untilAsserted(() -> assertThat(stuck()).isZero());
    }

    private ContainerSpec running() {
        SandboxSpec sandbox = engine.sandbox();
        return engine.run(sandbox, engine.container(sandbox, List.of("sleep", "100000")));
    }

    private int exec(ContainerSpec container, Optional<Duration> limit) {
        return engine.backend()
                .streams()
                .exec(
                        new ExecSpec(container.id(), List.of("true"), false, limit),
                        new Stdio(Optional.empty(), Optional.empty(), Optional.empty(), TerminalResizes.NONE));
    }

    private int stuck() {
        return ProcessList.withArguments(List.of("sleep", mark)::equals).size();
    }
}
