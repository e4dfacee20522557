package io.davit.conformance.suite.run;

import io.davit.conformance.suite.checks.ServerChecks;
import io.davit.conformance.suite.node.Node;
import io.davit.conformance.suite.node.NodeExtension;
import io.davit.conformance.suite.report.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of this program against a node. */
public final class SuiteRun {
    private SuiteRun() {}

    /**
     * What came out.
     *
     * @param outcomes by feature, then by test; empty if nothing was wanted
     * @param stale limits that are about no test, wanted or not
     */
    public record Ran(List<Outcome> outcomes, List<KnownLimits.Limit> stale) {
        public Ran {
            outcomes = List.copyOf(outcomes);
            stale = List.copyOf(stale);
        }
    }

    /**
     * Runs what is wanted, {@code parallel} tests at a time.
     *
     * @param limits whose tests are not run, and are told as skipped
     * @param ended hears of each test when it is over
     */
    public static Ran run(Node node, Focus focus, KnownLimits limits, int parallel, Consumer<Outcome> ended) {
        Map<Subject, KnownLimits.Limit> limited = new LinkedHashMap<>();
        Outcomes outcomes = new Outcomes(ended);
        try (LauncherSession session = LauncherFactory.openSession()) {
            session.getStore().put(Namespace.create(NodeExtension.SPACE), Node.class, node);
            session.getLauncher()
                    .execute(
                            request(parallel, subject -> {
                                Optional<KnownLimits.Limit> limit = limits.of(subject);
                                limit.ifPresent(one -> limited.put(subject, one));
                                return limit.isEmpty() && focus.wants(subject);
                            }),
                            outcomes);
        }
        limited.forEach((subject, limit) -> {
            if (focus.wants(subject)) outcomes.skipped(subject, limit.text());
        });
        List<KnownLimits.Limit> stale = limits.limits().stream()
                .filter(limit -> !limited.containsValue(limit))
                .toList();
        return new Ran(outcomes.all(), stale);
    }

    private static LauncherDiscoveryRequest request(int parallel, Predicate<Subject> wanted) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage(ServerChecks.class.getPackageName()))
                .filters((PostDiscoveryFilter) (TestDescriptor test) -> FilterResult.includedIf(
                        Subject.of(test.getSource()).map(wanted::test).orElse(true)))
                .configurationParameter(
                        "junit.jupiter.displayname.generator.default",
                        DisplayNameGenerator.ReplaceUnderscores.class.getName())
                .configurationParameter("junit.jupiter.execution.timeout.testable.method.default", "2 m")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter(
                        "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter(
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", String.valueOf(parallel))
                .build();
    }
}
