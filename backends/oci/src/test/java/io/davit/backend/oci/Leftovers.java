package io.davit.backend.oci;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.spi.HostServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the runtime side has left on the machine. */
final class Leftovers {
    private Leftovers() {}

    static List<String> of(HostServices host) {
        List<String> found = new ArrayList<>();
        Path directory = host.volatileDirectory();
        MountTable mounts = MountTable.read();
        mounts.below(directory).forEach(entry -> found.add("mount " + entry.mountPoint()));
        for (ProcessIdentity process : ProcessList.withArguments(
                arguments -> arguments.stream().anyMatch(word -> word.contains(directory.toString())))) {
            found.add("process " + process.pid() + " " + ProcessList.arguments(process.pid()));
        }
        for (ProcessIdentity process : ProcessList.withArguments(
                arguments -> !arguments.isEmpty() && arguments.getFirst().matches("/?davit-holder-.*"))) {
            if (!belongsToAnotherNamespace(process.pid())) found.add("holder " + process.pid());
        }
        Cgroups.of(mounts)
                .group(TestSettings.cgroupParent(host))
                .children()
                .forEach(name -> found.add("cgroup " + name));
        names(directory.resolve("holder-owned")).stream()
                .filter(name -> name.contains("davit-holder-"))
                .forEach(found::add);
        for (String part : List.of("sandboxes", "containers", "exits", "sockets")) {
            found.addAll(names(directory.resolve(part)));
        }
        for (String runtime : names(directory.resolve("runtimes"))) {
            found.addAll(names(Path.of(runtime)));
        }
        return found;
    }

    /** Whether a daemon in a PID namespace below ours, which has holders of its own, is the process's parent. */
    private static boolean belongsToAnotherNamespace(long pid) {
        String ours = namespace(ProcessHandle.current().pid()).orElseThrow();
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .flatMap(parent -> namespace(parent.pid()))
                .filter(theirs -> !theirs.equals(ours))
                .isPresent();
    }

    private static Optional<String> namespace(long pid) {
        try {
            Path link = Path.of("/proc", Long.toString(pid), "ns/pid");
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException _) {
            return Optional
                    .empty(); // it has ended, or is the machine's first process, into which not every root may look
        }
    }

    private static List<String> names(Path directory) {
        if (!Files.exists(directory)) return List.of();
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(Path::toString).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
