package io.davit.backend.oci.monitor;

import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a monitor keeps in a container's bundle. */
public record MonitorFiles(Path bundle) {
    /** Its own process id, written by itself before it reports. */
    public Path monitorPid() {
        return bundle.resolve("conmon.pid");
    }

    /** The process id of the container's first process, written by the runtime when the container is created. */
    public Path containerPid() {
        return bundle.resolve("container.pid");
    }

    /** Complaints about itself. */
    Path complaints() {
        return bundle.resolve("conmon.stderr");
    }

    static String complaintIn(Path directory) {
        return PrivateFiles.read(new MonitorFiles(directory).complaints())
                .map(String::strip)
                .orElse("");
    }

    /** A fifo for commands. */
    Path control() {
        return bundle.resolve("ctl");
    }

    /** Exists if the kernel killed a process of the container because memory ran out. */
    public Path outOfMemory() {
        return bundle.resolve("oom");
    }

    /** Noted by {@link #monitorPid} or, in the moment before that is written, found by its command line. */
    public Optional<ProcessIdentity> monitor() {
        return pid(monitorPid())
                .flatMap(this::ifOurs)
                .or(() -> ProcessList.withArguments(this::isMonitor).stream().findFirst());
    }

    /** As {@link #monitor}, by its pid file alone: cheap. */
    public Optional<ProcessIdentity> notedMonitor() {
        return pid(monitorPid()).flatMap(this::ifOurs);
    }

    private Optional<ProcessIdentity> ifOurs(long pid) {
        return isMonitor(ProcessList.arguments(pid)) ? ProcessIdentity.of(pid) : Optional.empty();
    }

    // The bundle's path has the container's id in it: no other process has these arguments, whatever its number.
    private boolean isMonitor(List<String> arguments) {
        int option = arguments.indexOf("-b");
        return option >= 0
                && option + 1 < arguments.size()
                && arguments.get(option + 1).equals(bundle.toString());
    }

    /** The number in a pid file; empty while it is not there, or not written to its end. */
    public static Optional<Long> pid(Path file) {
        return PrivateFiles.read(file)
                .map(String::strip)
                .filter(text -> text.chars().allMatch(Character::isDigit) && !text.isEmpty())
                .map(Long::valueOf);
    }
}
