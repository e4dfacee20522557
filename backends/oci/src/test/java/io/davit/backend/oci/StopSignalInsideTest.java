package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which signal a container is asked with to end. */
class StopSignalInsideTest extends InsideContainers {
    @ParameterizedTest
    @CsvSource({"runc, SIGUSR1", "runc, SIGRTMIN+3", "crun, SIGRTMAX-1", "crun, 15"})
    void the_first_process_gets_the_signal_that_was_asked_for(String handler, String name) {
        Signal signal = Signal.parse(name);
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
        String script = "trap 'exit 7' " + signal.number() + "; echo ready >/ready; while true; do sleep 0.1; done";
        ContainerSpec spec = engine.run(sandbox, engine.container(sandbox, List.of("sh", "-c", script)));
        await().until(() -> engine.exec(spec, "cat", "/ready").equals("ready"));

        engine.backend().containers().stop(spec.id(), signal, new GracePeriod(Duration.ofSeconds(60)));

        ExitStatus exit = engine.awaitExit(spec);
        assertThat(exit.code()).isEqualTo(7);
    }
}
