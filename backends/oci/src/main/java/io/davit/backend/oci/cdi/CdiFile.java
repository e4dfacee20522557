package io.davit.backend.oci.cdi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A file of a vendor.
 *
 * @param edits for every container that has one of the devices
 * @param devices by name
 */
record CdiFile(Path path, String kind, ContainerEdits edits, Map<String, ContainerEdits> devices) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final ObjectMapper YAML = YAMLMapper.builder().build();
    private static final int BYTES_MAX = 8 * 1024 * 1024;
    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})\\.\\d{1,4}");
    private static final Set<String> FIELDS = Set.of("cdiVersion", "kind", "annotations", "devices", "containerEdits");
    private static final Set<String> DEVICE_FIELDS = Set.of("name", "annotations", "containerEdits");

    CdiFile {
        devices = Map.copyOf(devices);
    }

    static boolean isOne(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".json") || name.endsWith(".yaml");
    }

    /** @throws CdiFormatException if the file is not what the specification wants */
    static CdiFile read(Path path) throws CdiFormatException {
        try (InputStream content = Files.newInputStream(path)) {
            byte[] bytes = content.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) throw new CdiFormatException("larger than " + BYTES_MAX + " bytes");
            boolean json = path.getFileName().toString().endsWith(".json");
            return parse(path, (json ? JSON : YAML).readTree(bytes));
        } catch (IOException e) {
            throw new CdiFormatException("cannot be read: " + e.getMessage());
        } catch (JacksonException e) {
            throw new CdiFormatException("cannot be parsed: " + e.getOriginalMessage());
        }
    }

    private static CdiFile parse(Path path, JsonNode root) throws CdiFormatException {
        requireKnown(root, FIELDS, "the file");
        checkVersion(root.path("cdiVersion").asString(""));
        String kind = root.path("kind").asString("");
        if (!CdiName.KIND.matcher(kind).matches()) throw new CdiFormatException("its kind is '" + kind + "'");
        Map<String, ContainerEdits> devices = new LinkedHashMap<>();
        for (JsonNode device : root.path("devices")) {
            requireKnown(device, DEVICE_FIELDS, "a device");
            String name = device.path("name").asString("");
            if (!CdiName.DEVICE.matcher(name).matches()) {
                throw new CdiFormatException("a device is called '" + name + "'");
            }
            if (devices.put(name, ContainerEdits.parse(device.path("containerEdits"))) != null) {
                throw new CdiFormatException("it has two devices called " + name);
            }
        }
        if (devices.isEmpty()) throw new CdiFormatException("it has no devices");
        return new CdiFile(path, kind, ContainerEdits.parse(root.path("containerEdits")), devices);
    }

    /** Fields that we do not know may be just what the device needs. */
    static void requireKnown(JsonNode object, Set<String> known, String what) throws CdiFormatException {
        if (!object.isObject()) throw new CdiFormatException(what + " is no object");
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) throw new CdiFormatException(what + " has the unknown field '" + name + "'");
        }
    }

    private static void checkVersion(String version) throws CdiFormatException {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) throw new CdiFormatException("its cdiVersion is '" + version + "'");
        int number = Integer.parseInt(matcher.group(1)) * 10_000 + Integer.parseInt(matcher.group(2));
        if (number > 10_001) throw new CdiFormatException("its cdiVersion " + version + " is newer than 1.1");
    }
}
