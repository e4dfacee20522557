package io.davit.conformance.suite.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What every test of the suite must have, so that the report can say what it is about. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SuiteShapeTest {
    private final List<Method> tests = tests();

    @Test
    void there_are_tests() {
        assertThat(tests).hasSizeGreaterThan(50);
    }

    @Test
    void every_test_names_its_feature_and_the_sentence_it_checks() {
        for (Method test : tests) {
            Contract contract = test.getAnnotation(Contract.class);
            assertThat(test.getDeclaringClass().getAnnotation(Feature.class))
                    .as(test.toString())
                    .isNotNull();
            assertThat(contract).as(test.toString()).isNotNull();
            assertThat(contract.says()).as(test.toString()).endsWith(".");
        }
    }

    @Test
    void every_RPC_that_a_test_names_exists() {
        for (Method test : tests) {
            assertThat(Rpcs.all()).contains(test.getAnnotation(Contract.class).rpc());
        }
    }

    @Test
    void every_optional_RPC_exists() {
        assertThat(Rpcs.all()).hasSize(43).doesNotHaveDuplicates();
        assertThat(Rpcs.all().stream().filter(Rpcs::optional)).hasSize(16);
    }

    private static List<Method> tests() {
        TestPlan plan = LauncherFactory.create()
                .discover(LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectPackage("io.davit.conformance.suite.checks"))
                        .build());
        return plan.getRoots().stream()
                .flatMap(root -> plan.getDescendants(root).stream())
                .map(TestIdentifier::getSource)
                .flatMap(source -> source.filter(MethodSource.class::isInstance).stream())
                .flatMap(source -> Stream.of(((MethodSource) source).getJavaMethod()))
                .toList();
    }
}
