package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.Int64Value;
import io.davit.cri.v1.KeyValue;
import io.davit.cri.v1.LinuxContainerSecurityContext;
import io.davit.cri.v1.SupplementalGroupsPolicy;
import io.grpc.StatusRuntimeException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@Feature("Configuration: the process")
final class ProcessChecks {

    private final Workbench bench;

    ProcessChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "command replaces the image's entrypoint and its arguments, args follow.",
            fields = {"ContainerConfig.command", "ContainerConfig.args"})
    void command_and_arguments_are_those_of_the_request() {
        ContainerConfig.Builder config = bench.container(TestImage.SHELL)
                .addCommand("printf")
                .addArgs("%s|")
                .addArgs("a b")
                .addArgs("$HOME")
                .addArgs("");
        assertThat(bench.runPod().run(config).output()).isEqualTo("a b|$HOME||");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "args without a command follow the image's entrypoint, or are the command.")
    void arguments_alone_replace_the_images_arguments() {
        ContainerConfig.Builder config =
                bench.container(TestImage.SHELL).addArgs("sh").addArgs("-c").addArgs("echo hello");
        assertThat(bench.runPod().run(config).output()).isEqualTo("hello");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "The image's environment is there; a variable of the request wins.",
            fields = {"KeyValue.key", "KeyValue.value"})
    void the_environment_is_the_images_and_the_requests() {
        Container container = bench.runPod()
                .run(bench.script("echo $PATH; echo $TEST")
                        .addEnvs(Workbench.env("TEST", "one"))
                        .addEnvs(Workbench.env("TEST", "two")));
        assertThat(container.output().lines().toList()).satisfies(lines -> {
            assertThat(lines.getFirst()).contains("/bin");
            assertThat(lines.getLast()).isEqualTo("two");
        });
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Values are not interpreted: quotes, newlines, dollars and UTF-8 come through.")
    void odd_values_of_variables_come_through() {
        String odd = "a=b $HOME \"q\" 'q' \\n\ttab\nline ü";
        Container container = bench.runPod()
                .run(bench.script("printf '%s' \"$ODD\"; printf '[%s]' \"$EMPTY\"")
                        .addEnvs(Workbench.env("ODD", odd))
                        .addEnvs(Workbench.env("EMPTY", "")));
        assertThat(new String(
                        container.output().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                        java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(odd + "[]");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "The value of a variable is bytes. A server that cannot pass bytes that are no UTF-8 refuses them.")
    void a_variable_that_is_no_text_comes_through_or_is_refused() {
        ByteString bytes = ByteString.copyFrom(new byte[] {'a', (byte) 0xff, (byte) 0x80, 'z'});
        ContainerConfig.Builder config = bench.script("printf '%s' \"$ODD\" | od -An -tx1")
                .addEnvs(KeyValue.newBuilder().setKey("ODD").setValue(bytes));
        var pod = bench.runPod();
        Container container;
        try {
            container = pod.create(config);
        } catch (StatusRuntimeException _) {
            refused(() -> pod.create(config));
            return;
        }
        container.start();
        assertThat(container.output().strip()).isEqualTo("61 ff 80 7a");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "The working directory is the one asked for; it is made if it is missing.",
            fields = "ContainerConfig.working_dir")
    void the_working_directory_is_made() {
        Container container = bench.runPod().run(bench.command("pwd").setWorkingDir("/not/there/yet"));
        assertThat(container.output()).isEqualTo("/not/there/yet");
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "HOSTNAME is in the environment.")
    void the_name_of_the_host_is_in_the_environment() {
        var pod = bench.runPod();
        assertThat(pod.run(bench.script("echo $HOSTNAME; hostname")).output().lines())
                .containsOnly(pod.config().getHostname());
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "Without stdin the input is empty, and the process is not left hanging.")
    void without_stdin_the_input_is_empty() {
        assertThat(bench.runPod().run(bench.script("cat; echo end")).output()).isEqualTo("end");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "With stdin the input stays open until somebody attaches.",
            fields = "ContainerConfig.stdin")
    void with_stdin_the_input_waits() {
        Container container = bench.runPod()
                .run(bench.script("echo ready; read line; echo end").setStdin(true));
        bench.await("the first line", () -> container.logged("stdout"), "ready\n"::equals);
        assertThat(container.sh("readlink /proc/1/fd/0")).isNotEqualTo("/dev/null");
        assertThat(container.status().getFinishedAt()).isZero();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "With tty the process has a terminal, and TERM says so.",
            fields = "ContainerConfig.tty")
    void with_tty_there_is_a_terminal() {
        Container container = bench.runPod()
                .run(bench.script("tty; test -t 0 && test -t 1 && test -t 2 && echo all; echo $TERM")
                        .setTty(true));
        assertThat(container.output().replace("\r", "").lines().toList())
                .satisfies(lines -> assertThat(lines.getFirst()).startsWith("/dev/"))
                .containsSubsequence("all", "xterm");
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "ContainerStatus"},
            says = "run_as_user and run_as_group are the process's; the status tells what they came to.",
            fields = {"LinuxContainerSecurityContext.run_as_user", "LinuxContainerSecurityContext.run_as_group"})
    void user_and_group_are_those_of_the_request() {
        Container container =
                running(security -> security.setRunAsUser(number(1234)).setRunAsGroup(number(5678)));
        assertThat(container.procStatus("1", "Uid")).isEqualTo("1234 1234 1234 1234");
        assertThat(container.procStatus("1", "Gid")).isEqualTo("5678 5678 5678 5678");
        assumeTrue(container.status().hasUser(), "the server is older than the status field user (Kubernetes 1.31)");
        var user = container.status().getUser().getLinux();
        assertThat(user.getUid()).isEqualTo(1234);
        assertThat(user.getGid()).isEqualTo(5678);
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A user's name is looked up in the image's own /etc/passwd.",
            fields = "LinuxContainerSecurityContext.run_as_username")
    void a_user_name_is_looked_up_in_the_image() {
        Container container = running(security -> security.setRunAsUsername("www-data"));
        assertThat(container.procStatus("1", "Uid")).startsWith("33 ");
        assertThat(container.procStatus("1", "Gid")).startsWith("33 ");
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A user's name that the image does not know is refused.")
    void an_unknown_user_name_is_refused() {
        var pod = bench.runPod();
        refused(() -> pod.create(with(bench.idle(), security -> security.setRunAsUsername("nobody-knows-me"))));
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A group without a user is refused.")
    void a_group_without_a_user_is_refused() {
        var pod = bench.runPod();
        refused(() -> pod.create(with(bench.idle(), security -> security.setRunAsGroup(number(1)))));
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "Without a user in the request it is the image's: a number or a name.")
    void without_a_user_it_is_the_images() {
        var pod = bench.runPod();
        Container number = pod.run(
                bench.container(TestImage.USER_NUMBER).addCommand("sleep").addArgs("600"));
        assertThat(number.procStatus("1", "Uid")).startsWith("1002 ");
        Container name =
                pod.run(bench.container(TestImage.USER_NAME).addCommand("sleep").addArgs("600"));
        assertThat(name.procStatus("1", "Uid")).startsWith("33 ");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Supplementary groups are added to those that the image gives the user.",
            fields = "LinuxContainerSecurityContext.supplemental_groups")
    void supplementary_groups_are_added_to_the_images() {
        Container container = bench.runPod()
                .run(with(
                        bench.container(TestImage.USER_GROUPS)
                                .addCommand("sleep")
                                .addArgs("600"),
                        security -> security.addSupplementalGroups(1234)));
        assertThat(container.procStatus("1", "Groups").split(" ")).contains("1234", "50000");
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "ContainerStatus"},
            says = "With the policy Strict only the groups of the request are there, and the status says so.",
            fields = "LinuxContainerSecurityContext.supplemental_groups_policy")
    void with_the_strict_policy_the_images_groups_are_left_out() {
        assumeTrue(
                bench.node().status().getFeatures().getSupplementalGroupsPolicy(),
                "the server does not have the feature supplemental_groups_policy");
        Container container = bench.runPod()
                .run(with(
                        bench.container(TestImage.USER_GROUPS)
                                .addCommand("sleep")
                                .addArgs("600"),
                        security -> security.addSupplementalGroups(1234)
                                .setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict)));
        assertThat(container.procStatus("1", "Groups").split(" "))
                .contains("1234")
                .doesNotContain("50000");
        assertThat(container.status().getUser().getLinux().getSupplementalGroupsList())
                .contains(1234L)
                .doesNotContain(50000L);
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "oom_score_adj is the process's.",
            fields = "LinuxContainerResources.oom_score_adj")
    void the_oom_score_is_that_of_the_request() {
        ContainerConfig.Builder config = bench.idle();
        config.getLinuxBuilder().getResourcesBuilder().setOomScoreAdj(567);
        assertThat(bench.runPod().run(config).sh("cat /proc/1/oom_score_adj")).isEqualTo("567");
    }

    private Container running(Consumer<LinuxContainerSecurityContext.Builder> change) {
        return bench.runPod().run(with(bench.idle(), change));
    }

    static ContainerConfig.Builder with(
            ContainerConfig.Builder config, Consumer<LinuxContainerSecurityContext.Builder> change) {
        change.accept(config.getLinuxBuilder().getSecurityContextBuilder());
        return config;
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }
}
