package io.davit.core.query;

import io.davit.core.spi.Usage;
import io.davit.core.store.ContainerRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What containers use. */
public final class ContainerStatistics {
    private final ListContainers list;
    private final UsageSampler sampler;

    public ContainerStatistics(ListContainers list, UsageSampler sampler) {
        this.list = list;
        this.sampler = sampler;
    }

    /** @param measured empty if the engine knows nothing of the container */
    public record Row(ContainerRecord record, Optional<Measured<Usage.OfContainer>> measured) {}

    /** @throws io.davit.core.domain.Fault Failed if its engine has never told */
    public Row of(ContainerRecord record) {
        sampler.update(List.of(record), List.of());
        return new Row(record, sampler.known(record));
    }

    /**
     * Running containers only. One that cannot be measured is left out.
     *
     * @param idPrefix empty fits all
     * @param sandboxPrefix empty fits all
     */
    public List<Row> running(String idPrefix, String sandboxPrefix, Map<String, String> labels) {
        List<ContainerRecord> running = list.run(
                new ListContainers.Filter(idPrefix, sandboxPrefix, Optional.of(ListContainers.State.RUNNING), labels));
        sampler.update(running, List.of());
        return measured(running);
    }

    /** As last sampled. */
    List<Row> measured(List<ContainerRecord> records) {
        return records.stream()
                .map(record -> new Row(record, sampler.last(record.id())))
                .filter(row -> row.measured().isPresent())
                .toList();
    }
}
