package io.davit.backend.oci.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Finding vendors' devices, and what they change in config.json. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CdiDevicesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path root;

    private Path low;
    private Path high;

    @BeforeEach
    void directories() throws IOException {
        low = Files.createDirectory(root.resolve("etc"));
        high = Files.createDirectory(root.resolve("run"));
    }

    private CdiDevices devices() {
        return new CdiDevices(List.of(low, high, root.resolve("missing")));
    }

    private ObjectNode applied(String spec, String... names) {
        ObjectNode changed = (ObjectNode) JSON.readTree(spec);
        devices().edits(List.of(names)).forEach(edits -> edits.apply(changed, false));
        return changed;
    }

    private static String file(String kind, String device, String edits) {
        return "{\"cdiVersion\":\"0.6.0\",\"kind\":\"%s\",\"devices\":[{\"name\":\"%s\",\"containerEdits\":%s}]}"
                .formatted(kind, device, edits);
    }

    @Test
    void a_device_brings_what_its_file_says_and_the_whole_file_says_it_once() throws IOException {
        Files.writeString(low.resolve("v.yaml"), """
                cdiVersion: "1.0.0"
                kind: vendor.com/gpu
                annotations: {note: ignored}
                containerEdits:
                  env: [COMMON=1]
                  mounts:
                    - {hostPath: /lib/v, containerPath: /usr/lib/v, options: [ro, bind]}
                devices:
                  - name: "0"
                    containerEdits:
                      env: [A=new]
                      deviceNodes:
                        - {path: /dev/gpu0, type: c, major: 195, minor: 0, permissions: rw}
                      hooks:
                        - {hookName: createContainer, path: /bin/hook, args: [hook, x], timeout: 5}
                      additionalGids: [44, 0]
                      intelRdt: {closID: class}
                  - name: "1"
                    containerEdits:
                      deviceNodes: [{path: /dev/one, hostPath: /dev/null}]
                """);

        ObjectNode changed = applied("""
                {"process":{"env":["A=old","B=2"],"user":{"uid":1000,"gid":0,"additionalGids":[5]}},
                 "mounts":[{"destination":"/usr/lib/v","type":"tmpfs"},{"destination":"/proc"}],
                 "linux":{"resources":{"devices":[{"allow":false,"access":"rwm"}]}}}
                """, "vendor.com/gpu=0", "vendor.com/gpu=1");

        assertThat(JSON.readTree(changed.toString())).isEqualTo(JSON.readTree("""
                {"process":{"env":["B=2","COMMON=1","A=new"],"user":{"uid":1000,"gid":0,"additionalGids":[5,44]}},
                 "mounts":[{"destination":"/proc"},
                   {"destination":"/usr/lib/v","type":"bind","source":"/lib/v","options":["ro","bind"]}],
                 "linux":{
                   "resources":{"devices":[{"allow":false,"access":"rwm"},
                     {"allow":true,"type":"c","major":195,"minor":0,"access":"rw"},
                     {"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"}]},
                   "devices":[{"path":"/dev/gpu0","type":"c","major":195,"minor":0,"uid":1000},
                     {"path":"/dev/one","type":"c","fileMode":438,"major":1,"minor":3,"uid":1000}],
                   "intelRdt":{"closID":"class"}},
                 "hooks":{"createContainer":[{"path":"/bin/hook","args":["hook","x"],"timeout":5}]}}
                """));
    }

    @Test
    void a_later_directory_takes_precedence_and_a_changed_file_counts_at_once() throws IOException {
        Files.writeString(low.resolve("a.json"), file("v.com/c", "d", "{\"env\":[\"FROM=low\"]}"));
        assertThat(applied("{}", "v.com/c=d").at("/process/env/0").asString()).isEqualTo("FROM=low");

        Files.writeString(high.resolve("b.json"), file("v.com/c", "d", "{\"env\":[\"FROM=high\"]}"));
        assertThat(applied("{}", "v.com/c=d").at("/process/env/0").asString()).isEqualTo("FROM=high");
    }

    @Test
    void what_cannot_be_found_is_named_with_the_files_that_cannot_be_used() throws IOException {
        Files.writeString(low.resolve("broken.json"), "{");

        assertThatThrownBy(() -> devices().edits(List.of("v.com/c=d", "v.com/c=e")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("v.com/c=d is in no file")
                .hasMessageContaining("v.com/c=e is in no file")
                .hasMessageContaining("broken.json: cannot be parsed");
    }

    @Test
    void two_files_of_one_directory_that_describe_one_device_are_an_error() throws IOException {
        Files.writeString(low.resolve("a.json"), file("v.com/c", "d", "{}"));
        Files.writeString(low.resolve("b.json"), file("v.com/c", "d", "{}"));

        assertThatThrownBy(() -> devices().edits(List.of("v.com/c=d")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("more than once")
                .hasMessageContaining("a.json")
                .hasMessageContaining("b.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "v.com=d", "v.com/c", "v.com/c=", "/c=d", "v.com/c=d=e", "v.com/c=../d", "1v/c=d"})
    void what_is_no_name_of_a_device_is_refused(String name) {
        assertThatThrownBy(() -> devices().edits(List.of(name)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("'" + name + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"env\":[\"NOTHING\"]} | env has 'NOTHING'",
                "{\"deviceNodes\":[{\"path\":\"dev\"}]} | not absolute: 'dev'",
                "{\"deviceNodes\":[{\"path\":\"/d\",\"permissions\":\"x\"}]} | permissions 'x'",
                "{\"hooks\":[{\"hookName\":\"later\",\"path\":\"/x\"}]} | no hook 'later'",
                "{\"mounts\":[{\"containerPath\":\"/x\"}]} | no hostPath",
                "{\"netDevices\":[{\"name\":\"eth1\"}]} | netDevices are not supported",
                "{\"future\":1} | unknown field 'future'",
            })
    void a_file_that_we_do_not_understand_wholly_is_not_used_in_part(String edits, String why) throws IOException {
        Files.writeString(low.resolve("a.json"), file("v.com/c", "d", edits));

        assertThatThrownBy(() -> devices().edits(List.of("v.com/c=d")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("a.json: ")
                .hasMessageContaining(why);
    }

    @Test
    void a_newer_version_of_the_format_is_not_guessed_at() throws IOException {
        Files.writeString(low.resolve("a.json"), file("v.com/c", "d", "{}").replace("0.6.0", "1.2.0"));

        assertThatThrownBy(() -> devices().edits(List.of("v.com/c=d")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("1.2.0 is newer");
    }

    @Test
    void devices_are_asked_for_by_field_and_by_annotation_and_come_once() {
        assertThat(CdiDevices.asked(
                        List.of("v.com/c=a"),
                        Map.of("cdi.k8s.io/plugin_x", "v.com/c=b,v.com/c=a", "other", "v.com/c=z")))
                .containsExactly("v.com/c=a", "v.com/c=b");
    }
}
