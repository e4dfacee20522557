package io.davit.core.query;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.NetworkUsage;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.spi.Usage;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What pods and containers use, as metrics: of the same samples that statistics are made of. */
public final class PodMetrics {
    // cgroup version 2 with PSI: a kernel may have it, and have it turned off (psi=0).
    private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/cgroup.controllers");

    private final SandboxStatistics statistics;
    private final boolean pressure;

    public PodMetrics(SandboxStatistics statistics) {
        this.statistics = statistics;
        this.pressure = Files.exists(PRESSURE) && Files.exists(UNIFIED);
    }

    /** One pod: its own metrics, which are those of its network, and those of each running container. */
    public record Row(SandboxId pod, List<MetricSample> own, Map<ContainerId, List<MetricSample>> containers) {
        public Row {
            own = List.copyOf(own);
            containers = Map.copyOf(containers);
        }
    }

    /** The same for as long as the daemon lives. */
    public List<MetricFamily> families() {
        return Stream.of(MetricFamily.values())
                .filter(family -> pressure || !family.isPressure())
                .toList();
    }

    /** Pods that are ready. */
    public List<Row> ready() {
        return statistics.ready("", Map.of()).stream().map(PodMetrics::row).toList();
    }

    private static Row row(SandboxStatistics.Row row) {
        SandboxRecord pod = row.record();
        List<MetricSample> own =
                row.measured().map(measured -> own(pod, measured.usage())).orElse(List.of());
        Map<ContainerId, List<MetricSample>> containers = new LinkedHashMap<>();
        for (ContainerStatistics.Row container : row.containers()) {
            container
                    .measured()
                    .ifPresent(measured ->
                            containers.put(container.record().id(), of(pod, container.record(), measured.usage())));
        }
        return new Row(pod.id(), own, containers);
    }

    private static List<MetricSample> own(SandboxRecord pod, Usage.OfSandbox usage) {
        SandboxName name = pod.spec().name();
        String id = pod.id().value();
        MetricList list =
                new MetricList(usage.resources().sampledAt(), List.of("", id, "", id, name.namespace(), name.name()));
        usage.network().map(NetworkUsage::interfaces).orElse(List.of()).forEach(one -> network(list, one));
        return list.samples();
    }

    private static void network(MetricList list, NetworkUsage.Interface one) {
        list.add(MetricFamily.NETWORK_RECEIVE_BYTES_TOTAL, one.receivedBytes(), one.name());
        list.add(MetricFamily.NETWORK_RECEIVE_ERRORS_TOTAL, one.receiveErrors(), one.name());
        list.add(MetricFamily.NETWORK_TRANSMIT_BYTES_TOTAL, one.transmittedBytes(), one.name());
        list.add(MetricFamily.NETWORK_TRANSMIT_ERRORS_TOTAL, one.transmitErrors(), one.name());
        one.packets().ifPresent(packets -> {
            list.add(MetricFamily.NETWORK_RECEIVE_PACKETS_TOTAL, packets.received(), one.name());
            list.add(MetricFamily.NETWORK_RECEIVE_PACKETS_DROPPED_TOTAL, packets.receivedDropped(), one.name());
            list.add(MetricFamily.NETWORK_TRANSMIT_PACKETS_TOTAL, packets.transmitted(), one.name());
            list.add(MetricFamily.NETWORK_TRANSMIT_PACKETS_DROPPED_TOTAL, packets.transmittedDropped(), one.name());
        });
    }

    private static List<MetricSample> of(SandboxRecord pod, ContainerRecord container, Usage.OfContainer usage) {
        SandboxName name = pod.spec().name();
        String id = container.id().value();
        List<String> labels = List.of(
                container.spec().name().name(),
                id,
                container.spec().image().image(),
                id,
                name.namespace(),
                name.name());
        return ContainerMetrics.of(
                container, usage, new MetricList(usage.resources().sampledAt(), labels));
    }
}
