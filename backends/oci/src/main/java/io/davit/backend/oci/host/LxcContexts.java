package io.davit.backend.oci.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the policy in use has for containers (selinux_lxc_contexts_path(3)).
 *
 * @param process of containers
 * @param file of their files
 * @param roFile of files that many of them share and none changes
 */
record LxcContexts(SelinuxContext process, SelinuxContext file, SelinuxContext roFile) {
    private static final SelinuxContext PROCESS = SelinuxContext.parse("system_u:system_r:container_t:s0");
    private static final SelinuxContext FILE = SelinuxContext.parse("system_u:object_r:container_file_t:s0");

    private static final SelinuxContext RO_FILE = SelinuxContext.parse("system_u:object_r:container_ro_file_t:s0");

    /** @param root usually /etc/selinux */
    static LxcContexts ofPolicy(Path root) {
        String policy = value(root.resolve("config"), "SELINUXTYPE", "targeted");
        Path contexts = root.resolve(policy).resolve("contexts/lxc_contexts");
        return new LxcContexts(
                context(contexts, "process", PROCESS),
                context(contexts, "file", FILE),
                context(contexts, "ro_file", RO_FILE));
    }

    private static SelinuxContext context(Path file, String name, SelinuxContext usual) {
        String text = value(file, name, "");
        return text.split(":").length < usual.toString().split(":").length ? usual : SelinuxContext.parse(text);
    }

    /** Of lines {@code name = "value"}; comments begin with a hash. */
    private static String value(Path file, String name, String usual) {
        for (String line : lines(file)) {
            int equals = line.indexOf('=');
            if (equals < 0 || !line.substring(0, equals).strip().equals(name)) continue;
            return line.substring(equals + 1).replace('"', ' ').strip();
        }
        return usual;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException _) {
            // A node without that file: what container-selinux says.
            return List.of();
        }
    }
}
