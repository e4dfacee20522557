package io.davit.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.Finding;
import io.davit.core.spi.Finding.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NetworkChecksTest {
    @TempDir
    private Path directory;

    private ScriptedPlugins plugins;

    @BeforeEach
    void a_directory_of_plugins() {
        plugins = new ScriptedPlugins(directory).plugin("first", "{}");
    }

    @Test
    void a_network_is_told_with_its_file_and_the_versions_of_its_plugins() {
        plugins.configured("10-pods.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"first\"}");

        assertThat(findings())
                .startsWith(
                        Finding.ok(
                                "CNI configuration",
                                "pods from " + directory.resolve("conf/10-pods.conf") + ", written for 1.0.0"),
                        Finding.ok("CNI plugin first", directory.resolve("bin/first") + " speaks 0.4.0, 1.0.0"));
    }

    @Test
    void a_missing_plugin_is_told_with_where_it_was_searched() {
        plugins.configured("10-pods.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"second\"}");

        assertThat(findings()).anySatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(Level.MISSING);
            assertThat(finding.subject()).isEqualTo("CNI plugin second");
            assertThat(finding.detail()).contains(directory.resolve("bin").toString());
        });
    }

    @Test
    void no_configuration_at_all_is_missing() {
        assertThat(findings().getFirst().level()).isEqualTo(Level.MISSING);
        assertThat(findings().getFirst().detail()).startsWith("there is no CNI configuration in " + directory);
    }

    private List<Finding> findings() {
        return new NetworkChecks(plugins.settings(Duration.ofSeconds(30)), new ChildProcesses(4)).findings();
    }
}
