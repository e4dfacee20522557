package io.davit.core.observe;

import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** All metrics of the daemon as one text. Safe for all threads. */
final class MetricsPage {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Measures measures = new Measures(registry, System::nanoTime);

    private MetricsPage() {}

    static MetricsPage of(Node node, String version) {
        MetricsPage page = new MetricsPage();
        node.backends().all().stream().map(Backends.Named::name).forEach(page.measures::expect);
        NodeMeasures.register(node, page.registry);
        Info.builder()
                .name("davit_build_info")
                .help("The version of the daemon.")
                .labelNames("version")
                .register(page.registry)
                .addLabelValues(version);
        JvmMemoryMetrics.builder().register(page.registry);
        JvmGarbageCollectorMetrics.builder().register(page.registry);
        JvmThreadsMetrics.builder().register(page.registry);
        JvmBufferPoolMetrics.builder().register(page.registry);
        ProcessMetrics.builder().register(page.registry);
        return page;
    }

    Meter meter() {
        return measures;
    }

    String contentType() {
        return writer.getContentType();
    }

    byte[] bytes() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return text.toByteArray();
    }
}
