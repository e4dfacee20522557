package io.davit.backend.oci.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.host.KernelVersion;
import io.davit.backend.oci.syscall.Capability;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SeccompProfileTest {
    private static final KernelVersion KERNEL = new KernelVersion(6, 1);

    @TempDir
    Path directory;

    @Test
    void the_default_allows_what_programs_need_and_not_what_changes_the_machine() {
        JsonNode profile = SeccompProfile.runtimeDefault().resolved(Set.of(), KERNEL, true);

        assertThat(allowed(profile)).contains("read", "openat", "futex", "clone", "ptrace");
        assertThat(allowed(profile)).doesNotContain("mount", "unshare", "bpf", "reboot", "clone3", "init_module");
        assertThat(profile.path("defaultAction").asString()).isEqualTo("SCMP_ACT_ERRNO");
    }

    @Test
    void clone3_does_not_exist_without_privileges_so_that_libraries_fall_back_to_clone() {
        JsonNode profile = SeccompProfile.runtimeDefault().resolved(Set.of(), KERNEL, true);

        JsonNode clone3 = profile.path("syscalls")
                .valueStream()
                .filter(group -> group.toString().contains("\"clone3\""))
                .findFirst()
                .orElseThrow();
        assertThat(clone3.path("errnoRet").asInt()).isEqualTo(38);
    }

    @Test
    void a_capability_opens_its_calls() {
        JsonNode profile = SeccompProfile.runtimeDefault().resolved(Set.of(Capability.SYS_ADMIN), KERNEL, true);

        assertThat(allowed(profile)).contains("mount", "unshare", "clone3").doesNotContain("reboot");
    }

    @Test
    void conditions_do_not_reach_the_runtime() {
        String profile =
                SeccompProfile.runtimeDefault().resolved(Set.of(), KERNEL, true).toString();

        assertThat(profile).doesNotContain("includes", "excludes", "archMap");
    }

    @Test
    void an_old_kernel_is_not_allowed_what_is_unsafe_there() {
        JsonNode profile = SeccompProfile.runtimeDefault().resolved(Set.of(), new KernelVersion(4, 4), true);

        assertThat(allowed(profile)).doesNotContain("ptrace");
    }

    @Test
    void programs_of_32_bits_are_allowed_or_not() {
        SeccompProfile profile = SeccompProfile.runtimeDefault();

        assertThat(profile.resolved(Set.of(), KERNEL, true).path("architectures"))
                .hasSize(2);
        assertThat(profile.resolved(Set.of(), KERNEL, false).path("architectures"))
                .hasSize(1);
    }

    @Test
    void a_file_in_the_form_of_the_runtime_is_passed_on() throws IOException {
        Path file = Files.writeString(directory.resolve("p.json"), """
                {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],
                 "syscalls":[{"name":"chmod","action":"SCMP_ACT_ERRNO","args":[]}]}""");

        JsonNode profile = SeccompProfile.file(file.toString()).resolved(Set.of(), KERNEL, true);

        assertThat(profile.toString()).isEqualTo("""
                {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],\
                "syscalls":[{"action":"SCMP_ACT_ERRNO","args":[],"names":["chmod"]}]}""");
    }

    @Test
    void a_file_that_is_no_profile_is_refused_and_named() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "no json");
        Path empty = Files.writeString(directory.resolve("empty.json"), "{}");

        for (String reference : new String[] {text.toString(), empty.toString(), "relative", "/no/such"}) {
            assertThatThrownBy(() -> SeccompProfile.file(reference))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining(reference);
        }
    }

    private static Set<String> allowed(JsonNode profile) {
        Set<String> names = new HashSet<>();
        for (JsonNode group : profile.path("syscalls")) {
            if (!group.path("action").asString("").equals("SCMP_ACT_ALLOW")) continue;
            group.path("names").forEach(name -> names.add(name.asString()));
        }
        return names;
    }
}
