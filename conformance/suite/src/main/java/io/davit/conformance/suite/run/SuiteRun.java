package io.davit.conformance.suite.run;

import io.davit.conformance.suite.checks.ServerChecks;
import io.davit.conformance.suite.node.Node;
import io.davit.conformance.suite.node.NodeExtension;
import io.davit.conformance.suite.report.Outcome;
import java.util.List;
import java.util.function.Consumer;
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
     * Runs what is wanted, {@code parallel} tests at a time.
     *
     * @param ended hears of each test when it is over
     * @return by feature, then by test; empty if nothing was wanted
     */
    public static List<Outcome> run(Node node, Focus focus, int parallel, Consumer<Outcome> ended) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage(ServerChecks.class.getPackageName()))
                .filters((PostDiscoveryFilter) (TestDescriptor test) ->
                        FilterResult.includedIf(Subject.of(test.getSource())
                                .map(subject -> focus.wants(subject.feature(), subject.test(), subject.rpcs()))
                                .orElse(true)))
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
        Outcomes outcomes = new Outcomes(ended);
        try (LauncherSession session = LauncherFactory.openSession()) {
            session.getStore().put(Namespace.create(NodeExtension.SPACE), Node.class, node);
            session.getLauncher().execute(request, outcomes);
        }
        return outcomes.all();
    }
}
