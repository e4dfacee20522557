package io.davit.backend.oci.cdi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one device, or all of a vendor's file, changes in config.json (CDI SPEC.md, "OCI Edits").
 *
 * @param environment NAME=value
 * @param hooks as the file has them
 * @param mounts as the file has them
 * @param intelRdt linux.intelRdt; a missing node if nothing was said
 */
public record ContainerEdits(
        List<String> environment,
        List<DeviceNodeEdit> devices,
        List<JsonNode> hooks,
        List<JsonNode> mounts,
        JsonNode intelRdt,
        List<Long> additionalGids) {
    private static final Set<String> FIELDS = Set.of(
            "env", "deviceNodes", "netDevices", "hooks", "mounts", "intelRdt", "additionalGids", "additionalGIDs");
    private static final Set<String> HOOK_FIELDS = Set.of("hookName", "path", "args", "env", "timeout");
    private static final Set<String> MOUNT_FIELDS = Set.of("hostPath", "containerPath", "type", "options");
    private static final Set<String> HOOKS =
            Set.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");

    public ContainerEdits {
        environment = List.copyOf(environment);
        devices = List.copyOf(devices);
        hooks = List.copyOf(hooks);
        mounts = List.copyOf(mounts);
        additionalGids = List.copyOf(additionalGids);
    }

    static ContainerEdits parse(JsonNode edits) throws CdiFormatException {
        if (edits.isMissingNode() || edits.isNull()) {
            return new ContainerEdits(List.of(), List.of(), List.of(), List.of(), edits, List.of());
        }
        CdiFile.requireKnown(edits, FIELDS, "containerEdits");
        if (!edits.path("netDevices").isEmpty()) throw new CdiFormatException("netDevices are not supported");
        List<DeviceNodeEdit> devices = new ArrayList<>();
        for (JsonNode device : edits.path("deviceNodes")) {
            devices.add(DeviceNodeEdit.parse(device));
        }
        List<Long> gids = new ArrayList<>();
        edits.path("additionalGids").forEach(gid -> gids.add(gid.asLong(0)));
        edits.path("additionalGIDs").forEach(gid -> gids.add(gid.asLong(0)));
        return new ContainerEdits(
                environment(edits.path("env")),
                devices,
                hooks(edits.path("hooks")),
                mounts(edits.path("mounts")),
                edits.path("intelRdt"),
                gids);
    }

    private static List<String> environment(JsonNode lines) throws CdiFormatException {
        List<String> environment = new ArrayList<>();
        for (JsonNode line : lines) {
            String text = line.asString("");
            if (text.indexOf('=') < 1) throw new CdiFormatException("env has '" + text + "'");
            environment.add(text);
        }
        return environment;
    }

    private static List<JsonNode> hooks(JsonNode hooks) throws CdiFormatException {
        List<JsonNode> checked = new ArrayList<>();
        for (JsonNode hook : hooks) {
            CdiFile.requireKnown(hook, HOOK_FIELDS, "a hook");
            String name = hook.path("hookName").asString("");
            if (!HOOKS.contains(name)) throw new CdiFormatException("there is no hook '" + name + "'");
            requireAbsolute("a hook's path", hook.path("path").asString(""));
            checked.add(hook);
        }
        return checked;
    }

    private static List<JsonNode> mounts(JsonNode mounts) throws CdiFormatException {
        List<JsonNode> checked = new ArrayList<>();
        for (JsonNode mount : mounts) {
            CdiFile.requireKnown(mount, MOUNT_FIELDS, "a mount");
            requireAbsolute(
                    "a mount's containerPath", mount.path("containerPath").asString(""));
            if (mount.path("hostPath").asString("").isEmpty()) throw new CdiFormatException("a mount has no hostPath");
            checked.add(mount);
        }
        return checked;
    }

    static void requireAbsolute(String what, String path) throws CdiFormatException {
        if (!path.startsWith("/")) throw new CdiFormatException(what + " is not absolute: '" + path + "'");
    }

    /**
     * Makes the changes; mounts may be in any order afterwards.
     *
     * @param bound mount the host's device nodes instead of having others made
     */
    public void apply(ObjectNode spec, boolean bound) {
        ObjectNode process = spec.withObject("process");
        environment.forEach(line -> setVariable(line, process.withArray("env")));
        devices.forEach(device -> device.apply(spec, bound));
        hooks.forEach(hook -> addHook(hook, spec));
        mounts.forEach(mount -> setMount(mount, spec.withArray("mounts")));
        if (intelRdt.isObject()) spec.withObject("linux").set("intelRdt", intelRdt);
        ArrayNode gids = process.withObject("user").withArray("additionalGids");
        for (long gid : additionalGids) {
            boolean there = gids.valueStream().anyMatch(value -> value.asLong() == gid);
            if (gid > 0 && !there) gids.add(gid);
        }
    }

    private static void setVariable(String line, ArrayNode environment) {
        String prefix = line.substring(0, line.indexOf('=') + 1);
        environment.removeIf(other -> other.asString("").startsWith(prefix));
        environment.add(line);
    }

    private static void addHook(JsonNode hook, ObjectNode spec) {
        ObjectNode added = spec.withObject("hooks")
                .withArray(hook.path("hookName").asString(""))
                .addObject();
        for (String field : List.of("path", "args", "env", "timeout")) {
            if (hook.has(field)) added.set(field, hook.path(field));
        }
    }

    static void setMount(JsonNode mount, ArrayNode mounts) {
        String destination = mount.path("containerPath").asString("");
        mounts.removeIf(other -> other.path("destination").asString("").equals(destination));
        ObjectNode added = mounts.addObject()
                .put("destination", destination)
                .put("type", mount.path("type").asString("bind"))
                .put("source", mount.path("hostPath").asString(""));
        added.set("options", mount.path("options").isArray() ? mount.path("options") : added.arrayNode());
    }
}
