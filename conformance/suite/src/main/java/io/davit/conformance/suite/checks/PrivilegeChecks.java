package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.ProcessChecks.with;
import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.Int64Value;
import io.davit.cri.v1.LinuxContainerSecurityContext;
import io.davit.cri.v1.SecurityProfile;
import io.davit.cri.v1.SecurityProfile.ProfileType;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@Feature("Configuration: privileges")
final class PrivilegeChecks {
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_CHOWN = 0;
    private static final int CAP_SYS_TIME = 25;

    private final Workbench bench;

    PrivilegeChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "By default a container has some capabilities, but none over the node.")
    void the_default_capabilities_give_no_power_over_the_node() {
        BigInteger effective = capabilities(running(_ -> {}), "CapEff");
        assertThat(effective.testBit(CAP_CHOWN)).isTrue();
        assertThat(effective.testBit(CAP_NET_ADMIN)).isFalse();
        assertThat(effective.testBit(CAP_SYS_TIME)).isFalse();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "With the prefix CAP_ a name means the same, or is refused; it is not ignored.")
    void a_capability_to_drop_is_not_ignored_for_its_prefix() {
        var pod = bench.runPod();
        Container container;
        try {
            container = pod.run(with(
                    bench.idle(), security -> security.getCapabilitiesBuilder().addDropCapabilities("CAP_CHOWN")));
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getDescription()).contains("CAP_CHOWN");
            return;
        }
        assertThat(capabilities(container, "CapEff").testBit(CAP_CHOWN)).isFalse();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Capabilities are added and dropped by name.",
            fields = {"Capability.add_capabilities", "Capability.drop_capabilities"})
    void capabilities_are_added_and_dropped() {
        Container container = running(security -> security.getCapabilitiesBuilder()
                .addAddCapabilities("NET_ADMIN")
                .addDropCapabilities("CHOWN"));
        for (String set : List.of("CapEff", "CapPrm", "CapBnd")) {
            BigInteger bits = capabilities(container, set);
            assertThat(bits.testBit(CAP_NET_ADMIN)).as("NET_ADMIN in " + set).isTrue();
            assertThat(bits.testBit(CAP_CHOWN)).as("CHOWN in " + set).isFalse();
        }
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "ALL is applied first: what is added by name survives dropping ALL.")
    void dropping_ALL_leaves_what_is_added_by_name() {
        Container container = running(security ->
                security.getCapabilitiesBuilder().addAddCapabilities("CHOWN").addDropCapabilities("ALL"));
        assertThat(capabilities(container, "CapEff")).isEqualTo(BigInteger.ONE);
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "Inheritable capabilities are empty (CVE-2022-24769).")
    void inheritable_capabilities_are_empty() {
        assertThat(capabilities(running(_ -> {}), "CapInh").signum()).isZero();
    }

    @Test
    @Contract(rpc = "ExecSync", says = "A command has the capabilities of its container.")
    void a_command_has_the_capabilities_of_its_container() {
        Container container = running(security -> security.getCapabilitiesBuilder()
                .addAddCapabilities("NET_ADMIN")
                .addDropCapabilities("ALL"));
        assertThat(container.procStatus("self", "CapEff")).isEqualTo(container.procStatus("1", "CapEff"));
        assertThat(container.procStatus("self", "CapBnd")).isEqualTo(container.procStatus("1", "CapBnd"));
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A capability that does not exist is refused.")
    void an_unknown_capability_is_refused() {
        var pod = bench.runPod();
        refused(() -> {
            Container container = pod.create(with(
                    bench.idle(), security -> security.getCapabilitiesBuilder().addAddCapabilities("NO_SUCH_POWER")));
            container.start(); // some leave it to the OCI runtime to know them
        });
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "With no_new_privs a set-uid program gains nothing; without, it does.",
            fields = "LinuxContainerSecurityContext.no_new_privs")
    void no_new_privs_takes_the_power_from_set_uid_programs() {
        var pod = bench.runPod();
        Container without = pod.run(with(bench.container(TestImage.SET_UID), s -> s.setRunAsUser(number(1000))));
        assertThat(without.output()).isEqualTo("Effective uid: 0");
        Container with = pod.run(with(
                bench.container(TestImage.SET_UID),
                s -> s.setRunAsUser(number(1000)).setNoNewPrivs(true)));
        assertThat(with.output()).isEqualTo("Effective uid: 1000");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "The default seccomp profile is a filter; Unconfined is none.",
            fields = {"SecurityProfile.profile_type", "LinuxContainerSecurityContext.seccomp"})
    void the_default_seccomp_profile_filters_and_unconfined_does_not() {
        assertThat(running(s -> s.setSeccomp(profile(ProfileType.RuntimeDefault, "")))
                        .procStatus("1", "Seccomp"))
                .isEqualTo("2");
        assertThat(running(s -> s.setSeccomp(profile(ProfileType.Unconfined, "")))
                        .procStatus("1", "Seccomp"))
                .isEqualTo("0");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A seccomp profile of the node is applied, to commands as well.",
            fields = {"SecurityProfile.profile_type", "SecurityProfile.localhost_ref"})
    void a_seccomp_profile_of_the_node_is_applied() throws IOException {
        Path file = Files.writeString(
                bench.directory().resolve("no-mkdir.json"),
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],"
                        + "\"action\":\"SCMP_ACT_ERRNO\"}]}");
        Container container = running(s -> s.setSeccomp(profile(ProfileType.Localhost, file.toString())));
        assertThat(container.exec("mkdir", "/tmp/new").exitCode()).isNotZero();
        assertThat(container.exec("touch", "/tmp/new").exitCode()).isZero();
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A seccomp profile that is not there is refused.")
    void a_seccomp_profile_that_is_not_there_is_refused() {
        var pod = bench.runPod();
        refused(() -> pod.create(
                with(bench.idle(), s -> s.setSeccomp(profile(ProfileType.Localhost, "/no/such/profile.json")))));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Where only the older field names a seccomp profile, it is that profile.",
            fields = "LinuxContainerSecurityContext.seccomp_profile_path")
    @SuppressWarnings("deprecation") // it is what is tested
    void the_older_field_names_a_seccomp_profile_too() {
        assertThat(running(s -> s.setSeccompProfilePath("runtime/default")).procStatus("1", "Seccomp"))
                .isEqualTo("2");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "An AppArmor profile that the node cannot apply is refused, in the newer field and the older.",
            fields = {
                "LinuxContainerSecurityContext.apparmor_profile",
                "SecurityProfile.profile_type",
                "LinuxContainerSecurityContext.apparmor"
            })
    @SuppressWarnings("deprecation") // it is what is tested
    void an_AppArmor_profile_that_is_not_there_is_refused() {
        var pod = bench.runPod();
        for (var config : List.of(
                with(bench.idle(), s -> s.setApparmor(profile(ProfileType.Localhost, "no-such-profile"))),
                with(bench.idle(), s -> s.setApparmorProfile("localhost/no-such-profile")))) {
            // A node without AppArmor may say that it has none: UNIMPLEMENTED, too, is a refusal here.
            assertThat(catchThrowable(() -> pod.create(config)))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageMatching("(?is).*apparmor.*");
        }
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A process that is not root has the ambient capabilities.",
            fields = "Capability.add_ambient_capabilities")
    void a_user_has_the_ambient_capabilities() {
        Container container = running(security -> security.setRunAsUser(number(1000))
                .getCapabilitiesBuilder()
                .addAddCapabilities("NET_ADMIN")
                .addAddAmbientCapabilities("NET_ADMIN"));
        for (String set : List.of("CapAmb", "CapEff")) {
            assertThat(capabilities(container, set).testBit(CAP_NET_ADMIN))
                    .as(set)
                    .isTrue();
        }
    }

    private Container running(Consumer<LinuxContainerSecurityContext.Builder> change) {
        return bench.runPod().run(with(bench.idle(), change));
    }

    private static BigInteger capabilities(Container container, String set) {
        return new BigInteger(container.procStatus("1", set), 16);
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    private static SecurityProfile profile(ProfileType type, String reference) {
        return SecurityProfile.newBuilder()
                .setProfileType(type)
                .setLocalhostRef(reference)
                .build();
    }
}
