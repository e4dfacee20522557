package io.davit.backend.oci.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.SandboxId;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class PinnedNamespacesTest {
    private static final Set<NamespaceKind> POD = EnumSet.of(NamespaceKind.NET, NamespaceKind.IPC, NamespaceKind.UTS);

    @TempDir
    Path directory;

    private final SandboxId id = SandboxId.random(new SecureRandom());

    @AfterEach
    void leave_nothing() {
        PidNamespaceHolder.find(id).forEach(PidNamespaceHolder::kill);
        PinnedNamespaces.unpin(directory);
    }

    @Test
    void pinned_namespaces_have_their_hostname_sysctls_and_a_raised_lo() {
        Path ports = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

        PinnedNamespaces.pin(directory, POD, "web-0", Map.of(ports, "81"));

        assertThat(inside("hostname")).isEqualTo("web-0");
        assertThat(inside("cat " + ports)).isEqualTo("81");
        assertThat(inside("ip -br address show lo")).contains("127.0.0.1/8", "UNKNOWN");
    }

    @Test
    void the_daemon_stays_in_its_own_namespaces() throws IOException {
        String hostname = Files.readString(Path.of("/proc/sys/kernel/hostname"));

        PinnedNamespaces.pin(directory, POD, "web-0", Map.of());

        assertThat(Files.readString(Path.of("/proc/sys/kernel/hostname"))).isEqualTo(hostname);
    }

    @Test
    void unpinning_leaves_no_mount_and_no_file_and_can_be_repeated() {
        PinnedNamespaces.pin(directory, POD, "web-0", Map.of());

        PinnedNamespaces.unpin(directory);
        PinnedNamespaces.unpin(directory);

        assertThat(MountTable.read().below(directory)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_holder_is_the_first_process_of_its_namespace_and_sees_no_file_of_the_host() {
        PinnedNamespaces.pin(directory, POD, "web-0", Map.of());

        ProcessIdentity holder = holder().start(id, directory);

        assertThat(run("grep NSpid /proc/" + holder.pid() + "/status")).endsWith("\t1");
        assertThat(run("ls /proc/" + holder.pid() + "/root/")).isEqualTo("catatonit");
        assertThat(run("grep -E 'CapBnd|CapEff' /proc/" + holder.pid() + "/status"))
                .isEqualTo("CapEff:\t0000000000000000\nCapBnd:\t0000000000000000");
        assertThat(run("readlink /proc/" + holder.pid() + "/ns/net")).isNotEqualTo(run("readlink /proc/self/ns/net"));
        assertThat(run("ls -l /proc/" + holder.pid() + "/fd | grep -c /dev/null"))
                .isEqualTo("3");
    }

    // At once: one start in fifty was too early for its new arguments to be seen.
    @RepeatedTest(100)
    void a_holder_can_be_found_again_and_killed() {
        ProcessIdentity holder = holder().start(id, directory);

        assertThat(PidNamespaceHolder.find(id)).contains(holder);
        PidNamespaceHolder.kill(holder);

        assertThat(holder.alive()).isFalse();
        assertThat(ProcessList.arguments(holder.pid())).isEmpty();
        assertThat(Path.of("/proc/" + holder.pid())).doesNotExist();
        PidNamespaceHolder.kill(holder);
    }

    private PidNamespaceHolder holder() {
        return PidNamespaceHolder.install(Path.of("/usr/bin/catatonit"), directory.resolve("holder"));
    }

    private String inside(String command) {
        return run("nsenter --net=" + directory + "/net --uts=" + directory + "/uts sh -c '" + command + "'");
    }

    private static String run(String command) {
        return ChildProcesses.forThisMachine()
                .run(Command.of(Duration.ofSeconds(20), "/bin/sh", "-c", command))
                .stdoutText()
                .strip();
    }
}
