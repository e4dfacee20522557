package io.davit.core.query;

import io.davit.core.domain.SandboxId;
import io.davit.core.spi.Usage;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What pods use, each with its running containers. */
public final class SandboxStatistics {
    private final ListPodSandbox list;
    private final ListContainers listContainers;
    private final ContainerStatistics containers;
    private final UsageSampler sampler;

    public SandboxStatistics(
            ListPodSandbox list, ListContainers listContainers, ContainerStatistics containers, UsageSampler sampler) {
        this.list = list;
        this.listContainers = listContainers;
        this.containers = containers;
        this.sampler = sampler;
    }

    /** @param measured empty if the engine knows nothing of the sandbox */
    public record Row(
            SandboxRecord record,
            Optional<Measured<Usage.OfSandbox>> measured,
            List<ContainerStatistics.Row> containers) {
        public Row {
            containers = List.copyOf(containers);
        }
    }

    /** @throws io.davit.core.domain.Fault Failed if its engine has never told */
    public Row of(SandboxRecord record) {
        List<ContainerRecord> running = running(record.id().value());
        sampler.update(running, List.of(record));
        return new Row(record, sampler.known(record), containers.measured(running));
    }

    /**
     * Sandboxes that are ready. One that cannot be measured is left out.
     *
     * @param idPrefix empty fits all
     */
    public List<Row> ready(String idPrefix, Map<String, String> labels) {
        List<SandboxRecord> ready = list.run(new ListPodSandbox.Filter(idPrefix, Optional.of(true), labels));
        Map<SandboxId, List<ContainerRecord>> running =
                running(idPrefix).stream().collect(Collectors.groupingBy(ContainerRecord::sandbox));
        sampler.update(
                ready.stream()
                        .flatMap(record -> running.getOrDefault(record.id(), List.of()).stream())
                        .toList(),
                ready);
        return ready.stream()
                .map(record -> new Row(
                        record,
                        sampler.last(record.id()),
                        containers.measured(running.getOrDefault(record.id(), List.of()))))
                .filter(row -> row.measured().isPresent())
                .toList();
    }

    private List<ContainerRecord> running(String sandboxPrefix) {
        return listContainers.run(
                new ListContainers.Filter("", sandboxPrefix, Optional.of(ListContainers.State.RUNNING), Map.of()));
    }
}
