package io.davit.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Walks every cell of both tables, and holds ARCHITECTURE.md to them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StateTableTest {
    private static final Instant AT = Instant.EPOCH;
    private static final ExitStatus EXIT = ExitStatus.exited(3, AT);
    private static final ContainerState RUNNING = new ContainerState.Running(AT, AT, 42);
    private static final List<ContainerState> STATES = List.of(
            new ContainerState.Creating(AT),
            new ContainerState.Created(AT),
            new ContainerState.Starting(AT),
            RUNNING,
            new ContainerState.Exited(AT, Optional.of(AT), EXIT),
            new ContainerState.Removing(new ContainerState.Exited(AT, Optional.empty(), EXIT)),
            new ContainerState.Unknown(RUNNING, "away"));
    private static final List<ContainerEvent> EVENTS = List.of(
            new ContainerEvent.CreateSeen(),
            new ContainerEvent.StartRequested(),
            new ContainerEvent.Started(AT, 43),
            new ContainerEvent.StartFailed(AT, "no such file"),
            new ContainerEvent.ExitSeen(Optional.empty(), EXIT),
            new ContainerEvent.RemoveRequested(),
            new ContainerEvent.RemovalSeen(),
            new ContainerEvent.Lost("away"));

    @Test
    void the_examples_cover_every_phase_and_every_trigger() {
        assertThat(STATES).extracting(ContainerState::phase).containsExactly(ContainerPhase.values());
        assertThat(EVENTS).extracting(ContainerEvent::trigger).containsExactlyInAnyOrder(ContainerTrigger.values());
    }

    @Test
    void every_cell_of_the_container_table_does_what_it_says() {
        for (ContainerState from : STATES) {
            for (ContainerEvent event : EVENTS) {
                String cell = cell(
                        ContainerMachine.picture(),
                        from.phase().name(),
                        event.trigger().name());
                switch (cell) {
                    case "=" -> assertThat(ContainerMachine.step(from, event)).contains(from);
                    case "gone" ->
                        assertThat(ContainerMachine.step(from, event)).isEmpty();
                    case "!" ->
                        assertThatThrownBy(() -> ContainerMachine.step(from, event))
                                .isInstanceOf(event.trigger().isRequest() ? Fault.class : IllegalStateException.class);
                    default ->
                        assertThat(ContainerMachine.step(from, event).map(ContainerState::phase))
                                .contains(ContainerPhase.valueOf(cell));
                }
            }
        }
    }

    @Test
    void every_cell_of_the_sandbox_table_does_what_it_says() {
        for (SandboxPhase phase : SandboxPhase.values()) {
            for (SandboxEvent event : SandboxEvent.values()) {
                SandboxState from = new SandboxState(phase, AT);
                String cell = cell(SandboxMachine.picture(), phase.name(), event.name());
                switch (cell) {
                    case "=" -> assertThat(SandboxMachine.step(from, event)).contains(from);
                    case "gone" -> assertThat(SandboxMachine.step(from, event)).isEmpty();
                    case "!" ->
                        assertThatThrownBy(() -> SandboxMachine.step(from, event))
                                .isInstanceOf(event.isRequest() ? Fault.class : IllegalStateException.class);
                    default ->
                        assertThat(SandboxMachine.step(from, event).map(SandboxState::phase))
                                .contains(SandboxPhase.valueOf(cell));
                }
            }
        }
    }

    @Test
    void an_exit_seen_before_the_start_returned_keeps_its_start_time_and_code() {
        ContainerState exited = ContainerMachine.step(
                        new ContainerState.Starting(AT), new ContainerEvent.ExitSeen(Optional.of(AT), EXIT))
                .orElseThrow();
        assertThat(ContainerMachine.step(exited, new ContainerEvent.Started(AT.plusSeconds(1), 42)))
                .contains(exited);
        assertThat(exited.begun()).contains(AT);
        assertThat(exited.ended()).contains(EXIT);
    }

    @Test
    void a_container_being_removed_forgets_neither_its_start_nor_its_exit() {
        ContainerState removing = ContainerMachine.step(
                        new ContainerState.Exited(AT, Optional.of(AT), EXIT), new ContainerEvent.RemoveRequested())
                .orElseThrow();
        assertThat(removing.begun()).contains(AT);
        assertThat(removing.ended()).contains(EXIT);
        assertThat(removing.createdAt()).isEqualTo(AT);
    }

    @Test
    void a_table_with_a_missing_cell_cannot_be_loaded() {
        assertThatThrownBy(() -> TransitionTable.parse(SandboxPhase.class, SandboxEvent.class, """
                        phase    UP    STOP_REQ STOPPED DIED REMOVE_REQ REMOVED
                        STARTING READY !        !       =    REMOVING
                        """))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("STARTING");
    }

    @Test
    void the_tables_in_ARCHITECTURE_are_the_tables_of_the_code() throws IOException {
        List<String> page = Files.readAllLines(architecture());
        assertThat(page).containsSubsequence(ContainerMachine.picture());
        assertThat(page).containsSubsequence(SandboxMachine.picture());
    }

    /** The page stands beside the module, whichever directory the tests run in. */
    private static Path architecture() {
        return Stream.of(Path.of("ARCHITECTURE.md"), Path.of("../ARCHITECTURE.md"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    private static String cell(List<String> picture, String row, String column) {
        List<String> columns = List.of(picture.getFirst().strip().split(" +"));
        return picture.stream()
                .map(line -> List.of(line.strip().split(" +")))
                .filter(cells -> cells.getFirst().equals(row))
                .map(cells -> cells.get(columns.indexOf(column)))
                .findFirst()
                .orElseThrow();
    }
}
