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
                arguments -> !arguments.isEmpty() && arguments.getFirst().startsWith("davit-holder-"))) {
            found.add("holder " + process.pid());
        }
        Cgroups.of(mounts)
                .group(TestSettings.cgroupParent(host))
                .children()
                .forEach(name -> found.add("cgroup " + name));
        for (String part : List.of("sandboxes", "containers", "exits", "sockets")) {
            found.addAll(names(directory.resolve(part)));
        }
        for (String runtime : names(directory.resolve("runtimes"))) {
            found.addAll(names(Path.of(runtime)));
        }
        return found;
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
