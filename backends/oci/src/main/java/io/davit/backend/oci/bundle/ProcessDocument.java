package io.davit.backend.oci.bundle;

import io.davit.backend.oci.syscall.Capability;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.Problems;
import io.davit.core.domain.ProcessSpec;
import io.davit.core.domain.ProcessUser;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The first process of a container (config.json, process). */
final class ProcessDocument {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ProcessDocument() {}

    static ObjectNode json(ProcessSpec process, ProcessUser user, CapabilitySets capabilities, Surroundings around) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("terminal", around.tty());
        ArrayNode arguments = json.putArray("args");
        process.arguments().forEach(arguments::add);
        ArrayNode variables = json.putArray("env");
        environment(process.environment(), around).forEach((name, value) -> variables.add(name + "=" + value));
        json.put("cwd", process.workingDirectory());
        ObjectNode account = json.putObject("user").put("uid", user.uid()).put("gid", user.gid());
        ArrayNode groups = account.putArray("additionalGids");
        user.supplementalGroups().forEach(groups::add);
        capabilities(capabilities, json.putObject("capabilities"));
        json.put("noNewPrivileges", around.noNewPrivileges());
        json.put("oomScoreAdj", around.oomScoreAdj());
        return json;
    }

    /** What the process meets besides its own specification. */
    record Surroundings(boolean tty, String hostname, boolean noNewPrivileges, int oomScoreAdj) {}

    private static Map<String, String> environment(List<EnvironmentVariable> variables, Surroundings around) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PATH);
        environment.put("HOSTNAME", around.hostname());
        if (around.tty()) environment.put("TERM", "xterm");
        Problems problems = new Problems();
        for (EnvironmentVariable variable : variables) {
            try {
                // config.json is JSON, and JSON is UTF-8: other bytes would arrive changed.
                String value = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(variable.value()))
                        .toString();
                environment.put(variable.name(), value);
                if (value.indexOf('\0') >= 0) problems.add("envs[" + variable.name() + "]", "has a zero byte");
            } catch (CharacterCodingException _) {
                problems.add("envs[" + variable.name() + "]", "its value is not UTF-8, which an OCI runtime needs");
            }
        }
        problems.throwIfAny();
        return environment;
    }

    private static void capabilities(CapabilitySets sets, ObjectNode json) {
        put(json, "bounding", sets.held());
        put(json, "effective", sets.held());
        put(json, "permitted", sets.held());
        if (sets.ambient().isEmpty()) return;
        put(json, "inheritable", sets.ambient());
        put(json, "ambient", sets.ambient());
    }

    private static void put(ObjectNode json, String name, Set<Capability> set) {
        ArrayNode names = json.putArray(name);
        CapabilitySets.names(set).forEach(names::add);
    }
}
