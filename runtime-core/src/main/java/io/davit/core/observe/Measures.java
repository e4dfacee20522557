package io.davit.core.observe;

import io.davit.core.domain.Fault;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * What is counted while it happens. The labels have few values, none of which a client chooses: each one more costs
 * memory here and in the monitoring system for good.
 */
final class Measures implements Meter {
    private static final double NANOS = 1e9;
    /** From a version query to a container that takes its grace period to stop. */
    private static final double[] CALL_BOUNDS_S = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    /** From an image that is here already to many GB over a slow line. */
    private static final double[] PULL_BOUNDS_S = {0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1280};

    private final LongSupplier nanoTime;
    private final Counter callsStarted;
    private final Counter callsEnded;
    private final Histogram callSeconds;
    private final Counter pullsStarted;
    private final Counter pullsEnded;
    private final Gauge pullsUnderWay;
    private final Histogram pullSeconds;
    private final Counter removals;

    Measures(PrometheusRegistry registry, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        // Names and labels of go-grpc-prometheus, which containerd's are, too: dashboards know them.
        String[] call = {"grpc_type", "grpc_service", "grpc_method"};
        callsStarted = counter("grpc_server_started_total", "RPCs that have begun.", call)
                .register(registry);
        callsEnded = counter(
                        "grpc_server_handled_total",
                        "RPCs that have ended, by their code.",
                        "grpc_type",
                        "grpc_service",
                        "grpc_method",
                        "grpc_code")
                .register(registry);
        callSeconds = histogram("grpc_server_handling_seconds", "How long RPCs took.", CALL_BOUNDS_S, call)
                .register(registry);
        pullsStarted = counter("davit_image_pulls_started_total", "Pulls that have begun.", "backend")
                .register(registry);
        pullsEnded = counter(
                        "davit_image_pulls_ended_total",
                        "Pulls that have ended, by outcome: ok, or the kind of the error.",
                        "backend",
                        "outcome")
                .register(registry);
        pullsUnderWay = Gauge.builder()
                .name("davit_image_pulls_in_progress")
                .help("Pulls under way.")
                .labelNames("backend")
                .register(registry);
        pullSeconds = histogram(
                        "davit_image_pull_duration_seconds",
                        "How long pulls took that brought the image.",
                        PULL_BOUNDS_S,
                        "backend")
                .register(registry);
        removals = counter("davit_image_removals_total", "Images removed.", "backend")
                .register(registry);
    }

    // Exemplars are for traces, of which there are none.
    private static Counter.Builder counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).withoutExemplars();
    }

    private static Histogram.Builder histogram(String name, String help, double[] boundsSeconds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(boundsSeconds)
                .withoutExemplars();
    }

    /** So that a rate has a zero to begin from, and a missing series means something. */
    void expect(String backend) {
        pullsStarted.initLabelValues(backend);
        pullsEnded.initLabelValues(backend, Outcome.OK);
        pullsUnderWay.initLabelValues(backend);
        pullSeconds.initLabelValues(backend);
        removals.initLabelValues(backend);
    }

    @Override
    public Call callBegins(String service, String method, boolean stream) {
        String type = stream ? "server_stream" : "unary";
        long begun = nanoTime.getAsLong();
        AtomicBoolean ended = new AtomicBoolean();
        callsStarted.labelValues(type, service, method).inc();
        return code -> {
            if (!ended.compareAndSet(false, true)) return;
            callsEnded.labelValues(type, service, method, goName(code)).inc();
            callSeconds.labelValues(type, service, method).observe(secondsSince(begun));
        };
    }

    /** NOT_FOUND as NotFound: so the label's values are written everywhere else. */
    private static String goName(String code) {
        if (code.equals("OK")) return code;
        if (code.equals("CANCELLED")) return "Canceled";
        StringBuilder name = new StringBuilder();
        for (String word : code.split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    @Override
    public Pull pullBegins(String backend) {
        long begun = nanoTime.getAsLong();
        pullsStarted.labelValues(backend).inc();
        pullsUnderWay.labelValues(backend).inc();
        return failure -> {
            pullsUnderWay.labelValues(backend).dec();
            pullsEnded.labelValues(backend, outcome(failure)).inc();
            if (failure.isEmpty()) pullSeconds.labelValues(backend).observe(secondsSince(begun));
        };
    }

    private static String outcome(Optional<Fault> failure) {
        return failure.map(Outcome::of).orElse(Outcome.OK);
    }

    private double secondsSince(long begun) {
        return (nanoTime.getAsLong() - begun) / NANOS;
    }

    @Override
    public void imageRemoved(String backend) {
        removals.labelValues(backend).inc();
    }
}
