package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.spi.Finding;
import io.davit.core.spi.Finding.Level;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HostChecksTest {
    @TempDir
    private Path root;

    @BeforeEach
    void a_host_that_has_everything() throws IOException {
        status("0", "000001ffffffffff");
        write("/proc/sys/kernel/osrelease", "6.18.44-cloud\n");
        write("/proc/filesystems", "nodev\tproc\n\text4\nnodev\toverlay\n");
        write("/proc/sys/user/max_user_namespaces", "15000\n");
        write("/proc/sys/net/ipv4/ip_forward", "1\n");
        write("/proc/sys/net/ipv6/conf/all/forwarding", "1\n");
        write("/proc/sys/fs/inotify/max_user_instances", "1024\n");
        write(
                "/proc/self/limits",
                "Limit   Soft Limit  Hard Limit  Units\nMax open files    1024    1048576   files\n");
        for (String name : List.of("cgroup", "ipc", "mnt", "net", "pid", "uts", "user"))
            write("/proc/self/ns/" + name, "");
        write("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
    }

    @Test
    void a_host_that_has_everything_is_all_right() {
        assertThat(all()).extracting(Finding::level).containsOnly(Level.OK);
    }

    @Test
    void a_host_without_anything_is_told_of_each_part_with_a_remedy() {
        HostFiles nothing = new HostFiles(root.resolve("nothing"));
        assertThat(new HostChecks(nothing).findings())
                .noneMatch(finding -> finding.level() == Level.OK)
                .allSatisfy(finding -> assertThat(finding.remedy()).isNotEmpty());
        assertThat(new CgroupChecks(nothing).findings())
                .extracting(Finding::level)
                .contains(Level.MISSING);
    }

    @Test
    void missing_capabilities_are_named() throws IOException {
        status("0", "000001ffffdfefff");

        assertThat(finding("capabilities"))
                .isEqualTo(Finding.missing(
                        "capabilities",
                        "without CAP_NET_ADMIN, CAP_SYS_ADMIN",
                        "start davit outside of a container, or in a privileged one"));
    }

    @Test
    void without_cap_sys_resource_there_is_a_warning() throws IOException {
        status("0", "000001fffeffffff");

        assertThat(finding("CAP_SYS_RESOURCE").level()).isEqualTo(Level.WARNING);
        assertThat(finding("capabilities").level()).isEqualTo(Level.OK);
    }

    @Test
    void another_user_than_root_is_refused() throws IOException {
        status("1000", "0000000000000000");

        assertThat(finding("user").level()).isEqualTo(Level.MISSING);
    }

    @ParameterizedTest
    @CsvSource({"4.19.0-27-amd64, MISSING", "5.4.0, WARNING", "5.19.0-1, OK", "6.1.0, OK", "10.0, OK", "odd, MISSING"})
    void kernels_are_judged_by_their_version(String release, Level level) throws IOException {
        write("/proc/sys/kernel/osrelease", release);

        assertThat(finding("kernel").level()).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({"20000, WARNING", "65536, OK", "unlimited, OK"})
    void the_limit_of_open_files_is_judged(String hard, Level level) throws IOException {
        write(
                "/proc/self/limits",
                "Max open files            1024                 " + hard + "                files\n");

        assertThat(finding("open files").level()).isEqualTo(level);
    }

    @Test
    void forwarding_that_is_off_is_named_with_the_command_that_turns_it_on() throws IOException {
        write("/proc/sys/net/ipv4/ip_forward", "0\n");

        assertThat(finding("IP forwarding").remedy()).isEqualTo("sysctl -w net.ipv4.ip_forward=1");
    }

    @Test
    void hybrid_cgroups_are_told_from_version_1() throws IOException {
        Files.delete(root.resolve("sys/fs/cgroup/cgroup.controllers"));
        write("/sys/fs/cgroup/unified/cgroup.controllers", "hugetlb");
        for (String name : List.of("cpu", "cpuset", "memory")) write("/sys/fs/cgroup/" + name + "/tasks", "");
        write(
                "/proc/cgroups",
                "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\ncpuset\t2\t1\t1\nmemory\t3\t1\t1\npids\t4\t1\t1\n");

        assertThat(finding("cgroup").detail()).isEqualTo("version 1, hybrid");
        assertThat(finding("cgroup controllers").detail()).startsWith("without pids");
    }

    @Test
    void numbers_of_the_kernel_are_read_whole() throws IOException {
        try (InputStream stream = Files.newInputStream(Path.of("/proc/sys/kernel/pid_max"))) {
            byte[] text = new byte[64];
            int length = stream.read(text);

            assertThat(new HostFiles(Path.of("/")).number("/proc/sys/kernel/pid_max"))
                    .contains(Long.valueOf(new String(text, 0, length, StandardCharsets.US_ASCII).strip()));
        }
    }

    private Finding finding(String subject) {
        return all().stream()
                .filter(finding -> finding.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    private List<Finding> all() {
        HostFiles files = new HostFiles(root);
        List<Finding> findings = new ArrayList<>(new HostChecks(files).findings());
        findings.addAll(new CgroupChecks(files).findings());
        return findings;
    }

    private void status(String uid, String capabilities) throws IOException {
        write("/proc/self/status", "Name:\tjava\nUid:\t" + uid + "\t0\t0\t0\nCapEff:\t" + capabilities + "\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
