package io.davit.core.network;

import io.davit.core.domain.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The plugins to run for one pod, in order, each with the run-time configuration made for this pod. Its JSON form is
 * kept with the pod: what was added with it is deleted with it, whatever the node's configuration says by then.
 *
 * @param checks whether CHECK may be run on it
 * @param plugins configurations as plugins get them, but for name, version and result; treated as immutable
 */
record PluginChain(String name, CniVersion version, boolean checks, List<ObjectNode> plugins) {
    PluginChain {
        plugins = List.copyOf(plugins);
    }

    /**
     * The chain of a network for a pod with these capability arguments (CNI CONVENTIONS, "Dynamic plugin specific
     * fields"): each plugin gets those that its configuration asks for.
     *
     * @param arguments by capability
     */
    static PluginChain of(NetworkList network, CniVersion version, Map<String, JsonNode> arguments) {
        List<ObjectNode> plugins = new ArrayList<>();
        for (ObjectNode configured : network.plugins()) {
            ObjectNode plugin = configured.deepCopy();
            ObjectNode wanted = JsonMapper.shared().createObjectNode();
            arguments.forEach((capability, value) -> {
                if (configured.path("capabilities").path(capability).asBoolean(false)) wanted.set(capability, value);
            });
            if (isIdle(configured, wanted)) continue;
            plugin.remove("capabilities");
            if (!wanted.isEmpty()) plugin.set("runtimeConfig", wanted);
            plugins.add(plugin);
        }
        return new PluginChain(network.name(), version, network.checks() && version.checks(), plugins);
    }

    /** Every plugin of a network, for what concerns no pod. */
    static PluginChain whole(NetworkList network, CniVersion version) {
        List<ObjectNode> plugins =
                network.plugins().stream().map(ObjectNode::deepCopy).toList();
        plugins.forEach(plugin -> plugin.remove("capabilities"));
        return new PluginChain(network.name(), version, false, plugins);
    }

    /**
     * Whether the plugin would only pass the result on: portmap without a port to publish, bandwidth without a limit,
     * and most pods have neither. Each costs a process per ADD and DEL, and portmap its iptables calls on top.
     */
    private static boolean isIdle(ObjectNode configured, ObjectNode wanted) {
        return switch (configured.path("type").asString("")) {
            case "portmap" -> !wanted.has("portMappings");
            case "bandwidth" ->
                !wanted.has("bandwidth") && !configured.has("ingressRate") && !configured.has("egressRate");
            default -> false;
        };
    }

    /** @throws Fault CorruptRecord */
    static PluginChain parse(String json) {
        try {
            JsonNode root = JsonMapper.shared().readTree(json);
            CniVersion version = CniVersion.of(root.path("cniVersion").asString(""))
                    .orElseThrow(() -> corrupt("its CNI version is " + root.path("cniVersion")));
            List<ObjectNode> plugins = root.path("plugins")
                    .valueStream()
                    .map(plugin -> (ObjectNode) plugin)
                    .toList();
            boolean checks = root.path("checks").asBoolean(false);
            return new PluginChain(root.path("name").asString(""), version, checks, plugins);
        } catch (JacksonException | ClassCastException e) {
            throw corrupt(Fault.reason(e));
        }
    }

    private static Fault corrupt(String why) {
        return new Fault(new Fault.Kind.CorruptRecord("of a pod's network configuration", why));
    }

    String toJson() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("cniVersion", version.toString());
        root.put("name", name);
        root.put("checks", checks);
        ArrayNode array = root.putArray("plugins");
        plugins.forEach(array::add);
        return root.toString();
    }

    /** What the plugin at {@code index} gets on its standard input. */
    ObjectNode request(int index, Optional<ObjectNode> previousResult) {
        ObjectNode request = plugins.get(index).deepCopy();
        request.put("cniVersion", version.toString());
        request.put("name", name);
        previousResult.ifPresent(result -> request.set("prevResult", result));
        return request;
    }

    /** The chain up to and with the plugin at {@code index}. */
    PluginChain until(int index) {
        return new PluginChain(name, version, checks, plugins.subList(0, index + 1));
    }
}
