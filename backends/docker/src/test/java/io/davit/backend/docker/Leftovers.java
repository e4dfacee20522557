package io.davit.backend.docker;

import io.davit.core.spi.HostServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is on the node after everything of a backend was removed, and should not be. */
final class Leftovers {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    /** These last as long as the backend's state. */
    private static final Set<String> LASTING = Set.of("owner", "logs", "forgotten-images", "pods", "signalled");

    private Leftovers() {}

    static List<String> of(HostServices host) {
        List<String> left = new ArrayList<>();
        try {
            files(host.persistentDirectory(), left);
            files(host.volatileDirectory(), left);
            String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
            mounts.lines()
                    .filter(line -> line.contains(host.volatileDirectory().toString()))
                    .forEach(line -> left.add("mount " + line));
            String parent = TestDaemon.cgroupParent(host).substring(1);
            try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
                for (Path hierarchy : hierarchies.toList()) pods(hierarchy.resolve(parent), left);
            }
            pods(CGROUPS.resolve(parent), left);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return left;
    }

    private static void files(Path directory, List<String> left) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(path -> !path.equals(directory))
                    .filter(path -> !LASTING.contains(String.valueOf(path.getFileName())))
                    .forEach(path -> left.add("file " + path));
        }
    }

    private static void pods(Path parent, List<String> left) throws IOException {
        if (!Files.isDirectory(parent)) return;
        try (Stream<Path> groups = Files.list(parent)) {
            groups.filter(Files::isDirectory).forEach(group -> left.add("cgroup " + group));
        }
    }
}
