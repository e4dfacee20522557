package io.davit.backend.oci.cdi;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One of a vendor's device nodes; what it leaves out is read from the node on the host.
 *
 * @param hostPath where it is on the host
 * @param said the fields as the file has them
 */
record DeviceNodeEdit(String path, String hostPath, JsonNode said) {
    private static final Set<String> FIELDS =
            Set.of("path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid");
    private static final Set<String> TYPES = Set.of("", "b", "c", "u", "p");
    private static final int TYPE_MASK = 0170000;
    private static final int PERMISSIONS_MASK = 07777;

    static DeviceNodeEdit parse(JsonNode device) throws CdiFormatException {
        CdiFile.requireKnown(device, FIELDS, "a device node");
        String path = device.path("path").asString("");
        ContainerEdits.requireAbsolute("a device node's path", path);
        String type = device.path("type").asString("");
        if (!TYPES.contains(type)) throw new CdiFormatException("a device node is of type '" + type + "'");
        String permissions = device.path("permissions").asString("");
        if (!permissions.matches("[rwm]*")) {
            throw new CdiFormatException("a device node has the permissions '" + permissions + "'");
        }
        return new DeviceNodeEdit(path, device.path("hostPath").asString(path), device);
    }

    void apply(ObjectNode spec, boolean bound) {
        ObjectNode linux = spec.withObject("linux");
        ObjectNode node = linux.objectNode().put("path", path);
        String type = said.path("type").asString("");
        boolean complete = type.equals("p") || (!type.isEmpty() && said.has("major"));
        if (complete) {
            node.put("type", type);
            if (said.has("major")) node.put("major", said.path("major").asLong());
            if (said.has("minor")) node.put("minor", said.path("minor").asLong());
        } else {
            look(node);
        }
        if (said.has("fileMode")) node.put("fileMode", said.path("fileMode").asLong());
        JsonNode user = spec.path("process").path("user");
        owner("uid", user, node);
        owner("gid", user, node);
        linux.withArray("devices")
                .removeIf(other -> other.path("path").asString("").equals(path));
        if (bound) bind(spec);
        else linux.withArray("devices").add(node);
        allow(node, linux);
    }

    private void bind(ObjectNode spec) {
        ObjectNode mount = spec.objectNode().put("containerPath", path).put("hostPath", hostPath);
        mount.putArray("options").add("bind").add("rprivate");
        ContainerEdits.setMount(mount, spec.withArray("mounts"));
    }

    // Without a word of the vendor the node belongs to who runs in the container, as other engines do it.
    private void owner(String field, JsonNode user, ObjectNode node) {
        if (said.has(field)) node.put(field, said.path(field).asLong());
        else if (user.path(field).asLong(0) > 0)
            node.put(field, user.path(field).asLong());
    }

    private void look(ObjectNode node) {
        Path host = Path.of(hostPath);
        try {
            int mode = (Integer) Files.getAttribute(host, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            long device = (Long) Files.getAttribute(host, "unix:rdev", LinkOption.NOFOLLOW_LINKS);
            String type = switch (mode & TYPE_MASK) {
                case 0020000 -> "c";
                case 0060000 -> "b";
                case 0010000 -> "p";
                default -> throw Fault.failed("inject a CDI device", hostPath + " is no device node");
            };
            node.put("type", type).put("fileMode", mode & PERMISSIONS_MASK);
            // gnu_dev_major and gnu_dev_minor (sys/sysmacros.h)
            node.put("major", ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL));
            node.put("minor", (device & 0xff) | ((device >>> 12) & ~0xffL));
        } catch (NoSuchFileException e) {
            throw new Fault(
                    new Fault.Kind.Failed(
                            "inject a CDI device",
                            "its device node " + hostPath + " is not there; look whether the driver is loaded"),
                    e);
        } catch (IOException e) {
            throw Fault.failed("look at the device node " + hostPath, e);
        }
    }

    private void allow(ObjectNode node, ObjectNode linux) {
        String type = node.path("type").asString("");
        if (type.equals("p")) return;
        String permissions = said.path("permissions").asString("");
        linux.withObject("resources")
                .withArray("devices")
                .addObject()
                .put("allow", true)
                .put("type", type.equals("u") ? "c" : type)
                .put("major", node.path("major").asLong())
                .put("minor", node.path("minor").asLong())
                .put("access", permissions.isEmpty() ? "rwm" : permissions);
    }
}
