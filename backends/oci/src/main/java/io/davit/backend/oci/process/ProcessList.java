package io.davit.backend.oci.process;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Looks for processes by their command lines: the way to find what an earlier daemon had no time to note. */
public final class ProcessList {
    private ProcessList() {}

    /** Running processes whose arguments satisfy {@code wanted}; looks at every process of the host (about 20 us each). */
    public static List<ProcessIdentity> withArguments(Predicate<List<String>> wanted) {
        List<ProcessIdentity> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (wanted.test(arguments(pid))) ProcessIdentity.of(pid).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw Fault.failed("read /proc", e);
        }
        return found;
    }

    /** Every process of the host, zombies too, by its number. */
    static Map<Long, ProcessStat> stats() {
        Map<Long, ProcessStat> all = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                ProcessStat.read(pid).ifPresent(stat -> all.put(pid, stat));
            }
        } catch (IOException e) {
            throw Fault.failed("read /proc", e);
        }
        return all;
    }

    /** The argument vector of a process; empty for a kernel thread, a zombie, or a process that is gone. */
    public static List<String> arguments(long pid) {
        return text(pid, "cmdline")
                .filter(line -> !line.isEmpty())
                .map(line -> List.of(line.split("\0")))
                .orElse(List.of());
    }

    /** The children of a process's first thread (proc(5), task/TID/children); none if it is gone. */
    public static List<Long> children(long pid) {
        String numbers = text(pid, "task/" + pid + "/children").orElse("").strip();
        if (numbers.isEmpty()) return List.of();
        return Stream.of(numbers.split(" ")).map(Long::valueOf).toList();
    }

    /** The cgroups of a process, one line per hierarchy (cgroups(7)); empty if it is gone. */
    public static List<String> cgroups(long pid) {
        return text(pid, "cgroup").map(lines -> lines.lines().toList()).orElse(List.of());
    }

    private static Optional<String> text(long pid, String file) {
        try {
            return Optional.of(new String(Files.readAllBytes(Path.of("/proc/" + pid, file)), StandardCharsets.UTF_8));
        } catch (IOException _) {
            // Processes end while we read: absent is the answer, not a failure.
            return Optional.empty();
        }
    }
}
