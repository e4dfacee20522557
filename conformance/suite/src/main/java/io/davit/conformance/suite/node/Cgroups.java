package io.davit.conformance.suite.node;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cgroup parents of a test's pods. The kubelet makes one for each pod and removes it in the end; here the server
 * makes what it needs, and we remove what is left. Thread-safe.
 */
final class Cgroups {
    /** For all pods where systemd makes the cgroups. */
    static final String SLICE = "davitconformance.slice";

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PARENT = "davit-conformance";

    private final List<String> pods = new ArrayList<>();

    /** In the cgroupfs driver's syntax. */
    synchronized String parent(String pod) {
        pods.add(pod);
        return "/" + PARENT + "/" + pod;
    }

    /** A cgroup that still has members is left: somebody else counts them. */
    synchronized void remove() throws IOException {
        for (Path hierarchy : hierarchies()) {
            for (String pod : pods) removeEmpty(hierarchy.resolve(PARENT).resolve(pod));
        }
    }

    /** At the end of the run, not of a test: a server may be about to make the next pod's group in it. */
    static void removeParent() throws IOException {
        for (Path hierarchy : hierarchies()) {
            if (Files.isDirectory(hierarchy.resolve(PARENT))) rmdir(hierarchy.resolve(PARENT));
        }
    }

    /** The unified one, or those of v1. */
    private static List<Path> hierarchies() throws IOException {
        if (!Files.isDirectory(ROOT)) return List.of();
        try (Stream<Path> children = Files.list(ROOT)) {
            return Stream.concat(Stream.of(ROOT), children.filter(Files::isDirectory))
                    .toList();
        }
    }

    private static void removeEmpty(Path cgroup) throws IOException {
        if (!Files.isDirectory(cgroup)) return;
        try (Stream<Path> tree = Files.walk(cgroup)) {
            for (Path directory : tree.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) rmdir(directory);
        }
    }

    private static void rmdir(Path directory) throws IOException {
        try {
            Files.delete(directory);
        } catch (NoSuchFileException | DirectoryNotEmptyException _) { // another test's work
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("busy")) throw e; // a member is dying, or another test's pod
        }
    }
}
