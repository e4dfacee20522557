package io.davit.backend.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ContainerStateTest {
    @Test
    void a_container_that_was_never_started_has_no_times() {
        ContainerState state = ContainerState.parse("""
            {"Id":"a","State":{"Status":"created","ExitCode":127,"StartedAt":"0001-01-01T00:00:00Z",
             "FinishedAt":"0001-01-01T00:00:00Z"}}\
            """);

        assertThat(state.phase()).isEqualTo(ContainerState.Phase.CREATED);
        assertThat(state.startedAt()).isEmpty();
        assertThat(state.finishedAt()).isEmpty();
    }

    @Test
    void words_that_nobody_knew_when_this_was_written_do_no_harm() {
        ContainerState state = ContainerState.parse("""
            {"Id":"a","State":{"Status":"running","Pid":7,"StartedAt":"2026-01-02T03:04:05.678901234Z"},
             "HostConfig":{"CapAdd":["CAP_OF_TOMORROW"],"LogConfig":{"Type":"tomorrow"}},"LogPath":"/x/y.log"}\
            """);

        assertThat(state.pid()).isEqualTo(7);
        assertThat(state.startedAt()).contains(Instant.parse("2026-01-02T03:04:05.678901234Z"));
        assertThat(state.logFile()).contains(Path.of("/x/y.log"));
    }

    @Test
    void nothing_has_ended_before_it_began() {
        ContainerState state = ContainerState.parse("""
            {"Id":"a","State":{"Status":"exited","StartedAt":"2026-01-02T03:04:05.224Z",
             "FinishedAt":"2026-01-02T03:04:05.221Z"}}\
            """);

        assertThat(state.startedAt()).contains(Instant.parse("2026-01-02T03:04:05.221Z"));
        assertThat(state.finishedAt()).contains(Instant.parse("2026-01-02T03:04:05.221Z"));
    }

    @Test
    void a_paused_container_has_living_processes() {
        assertThat(ContainerState.parse("{\"State\":{\"Status\":\"paused\"}}").phase())
                .isEqualTo(ContainerState.Phase.RUNNING);
    }

    @Test
    void what_docker_could_not_remove_is_neither_dead_nor_alive() {
        assertThat(ContainerState.parse("{\"State\":{\"Status\":\"dead\"}}").phase())
                .isEqualTo(ContainerState.Phase.GOING);
    }
}
