package io.davit.backend.docker.usage;

import io.davit.core.cgroup.ControlGroup;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where control groups are mounted: version 1, 2, or both (cgroups(7)).
 *
 * @param first mount point of each version 1 controller; empty on a pure version 2 host
 * @param second mount point of version 2
 */
public record ControlGroups(Map<String, Path> first, Optional<Path> second) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;
    private static final String SEPARATOR = " - ";

    public ControlGroups {
        first = Map.copyOf(first);
    }

    public static ControlGroups ofThisHost() {
        try {
            return parse(Files.readAllLines(MOUNTS));
        } catch (IOException e) {
            throw Fault.failed("read " + MOUNTS, e);
        }
    }

    static ControlGroups parse(List<String> mounts) {
        Map<String, Path> first = new HashMap<>();
        Optional<Path> second = Optional.empty();
        for (String line : mounts) {
            int dash = line.indexOf(SEPARATOR);
            if (dash < 0) continue;
            String[] rest = line.substring(dash + SEPARATOR.length()).split(" ");
            Path point = Path.of(line.split(" ")[MOUNT_POINT]);
            if (rest[0].equals("cgroup2") && second.isEmpty()) second = Optional.of(point);
            if (!rest[0].equals("cgroup")) continue;
            for (String option : rest[rest.length - 1].split(",")) first.putIfAbsent(option, point);
        }
        return new ControlGroups(first, second);
    }

    boolean pureUnified() {
        return !first.containsKey("memory") && !first.containsKey("cpuacct");
    }

    /** The groups of a living process; empty if it is gone. */
    Optional<Group> ofProcess(long pid) {
        try {
            Map<String, Path> directories = new HashMap<>();
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
                String[] parts = line.split(":", 3);
                if (parts.length < 3) continue;
                String relative = parts[2].substring(1);
                if (parts[1].isEmpty()) {
                    second.ifPresent(root -> directories.put("", root.resolve(relative)));
                } else {
                    for (String controller : parts[1].split(",")) {
                        Path root = first.get(controller);
                        if (root != null) directories.put(controller, root.resolve(relative));
                    }
                }
            }
            return Optional.of(new Group(this, directories));
        } catch (IOException _) {
            return Optional.empty(); // it ended meanwhile
        }
    }

    /** Deletes a group with those below it, in every hierarchy; one with processes stays. Idempotent. */
    public void remove(String path) {
        Set<Path> roots = new HashSet<>(first.values());
        second.ifPresent(roots::add);
        for (Path root : roots) {
            Path directory = root.resolve(path.substring(1));
            if (!Files.isDirectory(directory)) continue;
            try {
                for (Path group : below(directory).reversed()) Files.deleteIfExists(group);
            } catch (IOException e) {
                throw Fault.failed("remove the cgroup " + directory, e);
            }
        }
    }

    private static List<Path> below(Path directory) throws IOException {
        List<Path> groups = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes attributes) {
                groups.add(group);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path group, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return groups;
    }

    /**
     * One group in every hierarchy.
     *
     * @param directories by version 1 controller; that of version 2 under the empty name
     */
    record Group(ControlGroups host, Map<String, Path> directories) implements ControlGroup {
        Group {
            directories = Map.copyOf(directories);
        }

        /** The group above it: a pod's, of the group of its container. */
        Group parent() {
            Map<String, Path> parents = new HashMap<>();
            directories.forEach((controller, path) -> {
                Path parent = path.getParent();
                if (parent != null) parents.put(controller, parent);
            });
            return new Group(host, parents);
        }

        boolean mentions(String name) {
            return directories.values().stream()
                    .anyMatch(path -> path.toString().contains(name));
        }

        /** Those in it and in the groups below it. */
        Set<Long> processes() {
            Set<Long> found = new HashSet<>();
            Path directory = file("pids", "");
            if (!Files.isDirectory(directory)) return found;
            try {
                for (Path group : below(directory)) {
                    for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) found.add(Long.valueOf(pid));
                }
            } catch (IOException _) {
                // It is being removed: what was seen counts.
            }
            return found;
        }

        @Override
        public boolean isFirst(String controller) {
            return host.first().containsKey(controller);
        }

        @Override
        public boolean pureUnified() {
            return host.pureUnified();
        }

        @Override
        public Path file(String controller, String name) {
            Path directory = directories.getOrDefault(controller, directories.get(""));
            return directory == null ? Path.of("/nonexistent") : directory.resolve(name);
        }
    }
}
