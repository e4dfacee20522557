package io.davit.conformance.suite.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
    /** Reads without an object that could be missing: there is nothing to refuse. */
    private static final Set<String> READ_WITHOUT_OBJECT = Set.of(
            "Version",
            "Status",
            "RuntimeConfig",
            "ListPodSandbox",
            "StreamPodSandboxes",
            "ListContainers",
            "StreamContainers",
            "ListContainerStats",
            "StreamContainerStats",
            "ListPodSandboxStats",
            "StreamPodSandboxStats",
            "ListMetricDescriptors",
            "ListPodSandboxMetrics",
            "StreamPodSandboxMetrics",
            "GetContainerEvents",
            "ListImages",
            "StreamImages",
            "ImageFsInfo",
            "UpdateRuntimeConfig");

    /** Measurements are new each time. */
    private static final Set<String> MEASURES = Set.of(
            "ContainerStats",
            "ListContainerStats",
            "StreamContainerStats",
            "PodSandboxStats",
            "ListPodSandboxStats",
            "StreamPodSandboxStats",
            "ImageFsInfo");

    /** Alpha, and a second time they meet a directory that is not empty, or a name that is taken: both are refusals. */
    private static final Set<String> ALPHA = Set.of("CheckpointPod", "RestorePod");

    /**
     * These make or end something, or wait for something; the others answer from what is there. Not checkpoints, which
     * few hosts can make.
     */
    private static final Set<String> TAKE_TIME = Set.of(
            "RunPodSandbox",
            "StopPodSandbox",
            "RemovePodSandbox",
            "CreateContainer",
            "StartContainer",
            "StopContainer",
            "RemoveContainer",
            "ExecSync",
            "Exec",
            "Attach",
            "PullImage",
            "GetContainerEvents",
            "ListPodSandbox",
            "StreamPodSandboxes");

    private static final Map<Aspect, Set<String>> NOT_ASKED = Map.of(
            Aspect.REFUSAL, READ_WITHOUT_OBJECT,
            Aspect.REPETITION, union(MEASURES, ALPHA),
            Aspect.ABANDONMENT, except(TAKE_TIME));

    /** Fields that a black box cannot see from a container, or that a server need not heed. */
    private static final Set<String> NOT_SEEN = Set.of(
            // Of the sandbox's own process, which a server need not have.
            "LinuxSandboxSecurityContext.apparmor",
            "LinuxSandboxSecurityContext.readonly_rootfs",
            "LinuxSandboxSecurityContext.run_as_group",
            "LinuxSandboxSecurityContext.run_as_user",
            "LinuxSandboxSecurityContext.seccomp",
            "LinuxSandboxSecurityContext.seccomp_profile_path",
            "LinuxSandboxSecurityContext.supplemental_groups",
            "LinuxSandboxSecurityContext.supplemental_groups_policy",
            // critest has them, and a host with SELinux.
            "LinuxContainerSecurityContext.selinux_options",
            "LinuxSandboxSecurityContext.selinux_options",
            "SELinuxOption.level",
            "SELinuxOption.role",
            "SELinuxOption.type",
            "SELinuxOption.user",
            // For the information of the server; the kubelet itself limits the pod's cgroup.
            "LinuxPodSandboxConfig.overhead",
            "LinuxPodSandboxConfig.resources",
            // Notes of the kubelet, and hints whose meaning is the server's own.
            "ImageSpec.annotations",
            "ImageSpec.image_ref",
            "ImageSpec.runtime_handler",
            "ImageSpec.user_specified_image");

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
    void every_RPC_has_a_test() {
        Set<String> untested = new TreeSet<>(Rpcs.all());
        contracts().forEach(contract -> List.of(contract.rpc()).forEach(untested::remove));
        assertThat(untested).isEmpty();
    }

    @Test
    void every_RPC_is_asked_for_its_error_codes_its_repetition_and_what_it_leaves_when_given_up() {
        for (Aspect aspect : Aspect.values()) {
            Set<String> asked = contracts()
                    .filter(contract -> List.of(contract.aspects()).contains(aspect))
                    .flatMap(contract -> Stream.of(contract.rpc()))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> expected = new TreeSet<>(Rpcs.all());
            expected.removeAll(NOT_ASKED.get(aspect));
            assertThat(asked).as(aspect + " is asked of").containsAll(expected);
            assertThat(NOT_ASKED.get(aspect)).as(aspect + " cannot be asked of").doesNotContainAnyElementsOf(asked);
        }
    }

    @Test
    void every_field_of_a_configuration_is_seen_to_have_its_effect() {
        Set<String> seen = contracts()
                .flatMap(contract -> Stream.of(contract.fields()))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = new TreeSet<>(Fields.all());
        expected.removeAll(NOT_SEEN);
        assertThat(seen).containsExactlyElementsOf(expected);
    }

    @Test
    void every_optional_RPC_exists() {
        assertThat(Rpcs.all()).hasSize(43).doesNotHaveDuplicates();
        assertThat(Rpcs.all().stream().filter(Rpcs::optional)).hasSize(16);
    }

    private Stream<Contract> contracts() {
        return tests.stream().map(test -> test.getAnnotation(Contract.class));
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }

    private static Set<String> except(Set<String> some) {
        Set<String> others = new TreeSet<>(Rpcs.all());
        others.removeAll(some);
        return others;
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
