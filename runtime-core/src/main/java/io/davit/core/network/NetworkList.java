package io.davit.core.network;

import io.davit.core.domain.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A network configuration as the operator wrote it: a list of plugins (CNI SPEC 1.1.0, section 1). A file with a single
 * plugin counts as a list of one.
 *
 * @param source the file, for messages
 * @param newest the newest version of the specification that it is written for
 * @param checks whether attachments may be checked ({@code disableCheck})
 * @param collects whether unknown attachments may be released ({@code disableGC})
 * @param plugins at least one, each with its {@code type}; treated as immutable
 */
record NetworkList(
        String source, String name, CniVersion newest, boolean checks, boolean collects, List<ObjectNode> plugins) {
    NetworkList {
        plugins = List.copyOf(plugins);
    }

    /** @throws Fault Failed that names the file and what is wrong with it */
    static NetworkList parse(String source, String json) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw broken(source, "is not JSON: " + e.getOriginalMessage() + place(e));
        }
        if (!(root instanceof ObjectNode list)) throw broken(source, "is not a JSON object");
        String name = list.path("name").asString("");
        if (name.isEmpty()) throw broken(source, "has no \"name\"");
        boolean checks = !isTrue(list.path("disableCheck"));
        boolean collects = !isTrue(list.path("disableGC"));
        return new NetworkList(source, name, newest(source, list), checks, collects, plugins(source, list));
    }

    /** Whether a plugin asks for what pods say under that capability (CNI CONVENTIONS). */
    boolean serves(String capability) {
        return plugins.stream()
                .anyMatch(plugin -> plugin.path("capabilities").path(capability).asBoolean(false));
    }

    /** Some add-ons write it as a text, which libcni takes as well. */
    private static boolean isTrue(JsonNode node) {
        return node.asBoolean(false) || node.asString("").equals("true");
    }

    /** {@code cniVersions} (since 1.1.0) lists what the file may be read as besides {@code cniVersion}. */
    private static CniVersion newest(String source, ObjectNode list) {
        List<String> declared = Stream.concat(
                        Stream.of(list.path("cniVersion")),
                        list.path("cniVersions").valueStream())
                .map(version -> version.asString(""))
                .filter(version -> !version.isEmpty())
                .toList();
        if (declared.isEmpty()) throw broken(source, "has no \"cniVersion\"; add \"cniVersion\": \"1.0.0\"");
        return declared.stream()
                .map(CniVersion::of)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> broken(
                        source,
                        "is written for CNI " + String.join(", ", declared) + "; davit speaks "
                                + List.of(CniVersion.values())));
    }

    private static List<ObjectNode> plugins(String source, ObjectNode list) {
        JsonNode array = list.has("plugins")
                ? list.get("plugins")
                : JsonMapper.shared().createArrayNode().add(list);
        List<ObjectNode> plugins = new ArrayList<>();
        for (JsonNode node : Objects.requireNonNull(array)) {
            if (!(node instanceof ObjectNode plugin)) throw broken(source, "has a plugin that is not a JSON object");
            String type = plugin.path("type").asString("");
            if (type.isEmpty()) throw broken(source, "has a plugin without \"type\"");
            if (type.contains("/")) throw broken(source, "has a path for a plugin's \"type\": " + type);
            plugins.add(plugin);
        }
        if (plugins.isEmpty()) throw broken(source, "lists no \"plugins\"");
        return plugins;
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static Fault broken(String source, String why) {
        return Fault.failed("reading the CNI configuration " + source, "it " + why);
    }
}
