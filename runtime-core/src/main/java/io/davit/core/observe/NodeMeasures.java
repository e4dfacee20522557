package io.davit.core.observe;

import io.davit.core.domain.FilesystemUsage;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.spi.ImageActivity;
import io.davit.core.spi.Images;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What is looked at when somebody reads the metrics, all of it from memory. */
final class NodeMeasures {
    private static final String BACKEND = "backend";

    private final Node node;
    private final PrometheusRegistry registry;

    private NodeMeasures(Node node, PrometheusRegistry registry) {
        this.node = node;
        this.registry = registry;
    }

    static void register(Node node, PrometheusRegistry registry) {
        NodeMeasures measures = new NodeMeasures(node, registry);
        measures.phases();
        measures.stores();
        measures.pulls();
    }

    private void phases() {
        gauge("davit_pods", "Pod sandboxes by phase; the phases are davit's own.", "phase", call -> {
            Map<SandboxPhase, Long> counts = node.store().allSandboxes().stream()
                    .collect(Collectors.groupingBy(record -> record.state().phase(), Collectors.counting()));
            for (SandboxPhase phase : SandboxPhase.values()) call.call(counts.getOrDefault(phase, 0L), word(phase));
        });
        gauge("davit_containers", "Containers by phase; the phases are davit's own.", "phase", call -> {
            Map<ContainerPhase, Long> counts = node.store().allContainers().stream()
                    .collect(Collectors.groupingBy(record -> record.state().phase(), Collectors.counting()));
            for (ContainerPhase phase : ContainerPhase.values()) call.call(counts.getOrDefault(phase, 0L), word(phase));
        });
    }

    private static String word(Enum<?> phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    private void stores() {
        ofImages("davit_images", "Images in the store.", images -> images.list().size());
        ofImages(
                "davit_image_store_bytes",
                "What images take on disk.",
                images -> images.imageFilesystems().stream()
                        .mapToDouble(FilesystemUsage::usedBytes)
                        .sum());
        ofImages(
                "davit_image_store_inodes",
                "Inodes that images take.",
                images -> images.imageFilesystems().stream()
                        .mapToDouble(FilesystemUsage::usedInodes)
                        .sum());
        ofImages(
                "davit_image_trash_bytes",
                "What is no image's any more and still to be deleted; part of davit_image_store_bytes.",
                images -> images.activity().trashBytes());
    }

    private void pulls() {
        ofImages(
                "davit_image_pull_remaining_bytes",
                "Bytes, packed, that the pulls under way still have to fetch, as far as their layers are known.",
                images -> images.activity().remainingBytes());
        counter(
                "davit_image_layer_bytes_total",
                "Bytes of packed layers by how they came: fetched, resumed (kept from a pull that broke off), joined"
                        + " (another pull was fetching them).",
                call -> {
                    for (Backends.Named named : node.backends().all()) {
                        ImageActivity activity = named.backend().images().activity();
                        call.call((double) activity.fetchedBytes(), named.name(), "fetched");
                        call.call((double) activity.resumedBytes(), named.name(), "resumed");
                        call.call((double) activity.joinedBytes(), named.name(), "joined");
                    }
                },
                BACKEND,
                "how");
        ofImagesTotal("davit_image_layers_unpacked_total", "Layers unpacked.", activity -> activity.layersUnpacked());
        ofImagesTotal(
                "davit_image_layers_deleted_total",
                "Layers deleted, with their image or because no pull came back for them.",
                activity -> activity.layersDeleted());
    }

    private void ofImagesTotal(String name, String help, Function<ImageActivity, Long> value) {
        counter(
                name,
                help,
                call -> node.backends()
                        .all()
                        .forEach(named ->
                                call.call(value.apply(named.backend().images().activity()), named.name())),
                BACKEND);
    }

    private void ofImages(String name, String help, ToDoubleFunction<Images> value) {
        gauge(
                name,
                help,
                BACKEND,
                call -> node.backends()
                        .all()
                        .forEach(named ->
                                call.call(value.applyAsDouble(named.backend().images()), named.name())));
    }

    private void gauge(String name, String help, String label, Consumer<GaugeWithCallback.Callback> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(values)
                .register(registry);
    }

    private void counter(String name, String help, Consumer<CounterWithCallback.Callback> values, String... labels) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .callback(values)
                .register(registry);
    }
}
