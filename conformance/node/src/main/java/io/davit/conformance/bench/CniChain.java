package io.davit.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The plugins of a network, run one after the other and nothing more. */
final class CniChain {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path programs;
    private final String version;
    private final String name;
    private final List<JsonNode> plugins = new ArrayList<>();

    /** @param configuration a .conflist */
    CniChain(Path configuration, Path programs) {
        try {
            JsonNode list = JSON.readTree(Files.readString(configuration));
            this.programs = programs;
            this.version = list.path("cniVersion").asString("");
            this.name = list.path("name").asString("");
            list.path("plugins").forEach(plugins::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what DEL wants to know */
    JsonNode add(String id, String namespace) {
        JsonNode result = JSON.nullNode();
        for (JsonNode plugin : plugins) {
            result = JSON.readTree(run("ADD", id, namespace, plugin, result));
        }
        return result;
    }

    void delete(String id, String namespace, JsonNode result) {
        for (JsonNode plugin : plugins.reversed()) run("DEL", id, namespace, plugin, result);
    }

    private String run(String verb, String id, String namespace, JsonNode plugin, JsonNode previous) {
        ObjectNode input =
                ((ObjectNode) plugin.deepCopy()).put("cniVersion", version).put("name", name);
        input.remove("capabilities");
        if (previous.isObject()) input.set("prevResult", previous);
        String type = plugin.path("type").asString("");
        ProcessBuilder builder = new ProcessBuilder(programs.resolve(type).toString());
        builder.environment()
                .putAll(Map.of(
                        "CNI_COMMAND", verb,
                        "CNI_CONTAINERID", id,
                        "CNI_NETNS", namespace,
                        "CNI_IFNAME", "eth0",
                        "CNI_PATH", programs.toString()));
        try {
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.toString().getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) throw new IllegalStateException(type + " " + verb + " failed: " + output);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
