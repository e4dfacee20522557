package io.davit.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ExitStatus;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.ContainerState;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.machine.SandboxState;
import io.davit.core.query.ListContainers;
import io.davit.core.query.ObjectLookup;
import io.davit.core.query.PodReading;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PodReadingTest {
    @TempDir
    private Path directory;

    /** The kubelet takes no event that is older than a status, so a status must have all that happened before it. */
    @Test
    void what_happened_before_the_time_it_tells_is_in_it() throws InterruptedException {
        MeddlingClock clock = new MeddlingClock();
        NodeStore store = new NodeStore(directory, clock);
        store.insert(
                SandboxRecord.starting(RecordExamples.sandbox(), "oci", SandboxState.starting(RecordExamples.BORN)));
        store.apply(RecordExamples.SANDBOX, SandboxEvent.UP);
        store.insert(ContainerRecord.creating(
                RecordExamples.container(), "oci", new ContainerState.Creating(RecordExamples.BORN)));
        store.apply(RecordExamples.CONTAINER, new ContainerEvent.CreateSeen());
        Thread meanwhile = clock.next(() -> store.apply(
                RecordExamples.CONTAINER,
                new ContainerEvent.ExitSeen(Optional.empty(), ExitStatus.exited(3, RecordExamples.BORN))));

        PodReading.Seen seen = new PodReading(new ObjectLookup(store), new ListContainers(store), clock)
                .of(RecordExamples.SANDBOX.value());
        meanwhile.join();

        assertThat(seen.containers())
                .extracting(record -> record.state().phase())
                .containsExactly(ContainerPhase.EXITED);
    }
}
