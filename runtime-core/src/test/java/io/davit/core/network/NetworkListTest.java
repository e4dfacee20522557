package io.davit.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NetworkListTest {
    @Test
    void a_single_plugin_is_a_list_of_one() {
        NetworkList list = NetworkList.parse("f", "{\"cniVersion\":\"0.3.1\",\"name\":\"n\",\"type\":\"bridge\"}");

        assertThat(list.name()).isEqualTo("n");
        assertThat(list.newest()).isEqualTo(CniVersion.V0_3_1);
        assertThat(list.plugins()).hasSize(1);
    }

    @Test
    void the_newest_declared_version_that_we_speak_counts() {
        NetworkList list = NetworkList.parse(
                "f",
                "{\"cniVersion\":\"0.4.0\",\"cniVersions\":[\"1.1.0\",\"9.0.0\"],\"name\":\"n\","
                        + "\"plugins\":[{\"type\":\"bridge\"}]}");

        assertThat(list.newest()).isEqualTo(CniVersion.V1_1_0);
    }

    @Test
    void a_network_serves_what_one_of_its_plugins_has_a_capability_for() {
        NetworkList list = NetworkList.parse("f", """
                {"cniVersion": "1.0.0", "name": "n", "plugins": [
                  {"type": "bridge"},
                  {"type": "portmap", "capabilities": {"portMappings": true, "bandwidth": false}}]}
                """);

        assertThat(list.serves("portMappings")).isTrue();
        assertThat(list.serves("bandwidth")).isFalse();
        assertThat(list.serves("dns")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    []                                                            | is not a JSON object
                    {"cniVersion":"1.0.0","type":"x"}                             | has no "name"
                    {"name":"n","type":"x"}                                       | has no "cniVersion"
                    {"cniVersion":"0.2.0","name":"n","type":"x"}                  | davit speaks [0.3.0
                    {"cniVersion":"1.0.0","name":"n","plugins":[]}                | lists no "plugins"
                    {"cniVersion":"1.0.0","name":"n","plugins":[{}]}              | without "type"
                    {"cniVersion":"1.0.0","name":"n","plugins":[5]}               | not a JSON object
                    {"cniVersion":"1.0.0","name":"n","plugins":[{"type":"a/b"}]}  | a path
                    """)
    void what_is_wrong_is_said_with_the_file(String json, String why) {
        assertThatThrownBy(() -> NetworkList.parse("/etc/x.conflist", json))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/etc/x.conflist")
                .hasMessageContaining(why);
    }
}
