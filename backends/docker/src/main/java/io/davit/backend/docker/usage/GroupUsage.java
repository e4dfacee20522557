package io.davit.backend.docker.usage;

import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.Pressure;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.SwapUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the processes of one control group use, from the kernel's files of version 1 or 2 (cgroup-v1/memory.rst,
 * cgroup-v2.rst). The daemon's own statistics would take a second on Docker before 25, and count the page cache as
 * memory in use. What has no file is not known.
 */
final class GroupUsage {
    /** Version 1 says "unlimited" by the greatest number of whole pages. */
    private static final long UNLIMITED_MIN = Long.MAX_VALUE / 2;

    private final ControlGroups.Group group;
    private final Clock clock;

    GroupUsage(ControlGroups.Group group, Clock clock) {
        this.group = group;
        this.clock = clock;
    }

    ResourceUsage read() {
        GroupCounters more = new GroupCounters(group);
        return new ResourceUsage(
                clock.instant(),
                cpu(),
                memory(),
                pressure("io"),
                number(group.file("pids", "pids.current")),
                more.read(),
                more.disks());
    }

    private Optional<CpuUsage> cpu() {
        Optional<Duration> used;
        if (group.hasFirst("cpuacct")) {
            OptionalLong nanos = number(group.file("cpuacct", "cpuacct.usage"));
            used = nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
        } else {
            used = Optional.ofNullable(counters(group.file("cpu", "cpu.stat")).get("usage_usec"))
                    .map(micros -> Duration.of(micros, ChronoUnit.MICROS));
        }
        return used.map(time -> new CpuUsage(clock.instant(), time, pressure("cpu")));
    }

    private Optional<MemoryUsage> memory() {
        boolean first = group.hasFirst("memory");
        OptionalLong used = number(file(first ? "memory.usage_in_bytes" : "memory.current"));
        if (used.isEmpty()) return Optional.empty();
        String prefix = first ? "total_" : "";
        Map<String, Long> stat = counters(file("memory.stat"));
        long usedBytes = used.getAsLong();
        long workingSet = Math.max(0, usedBytes - stat.getOrDefault(prefix + "inactive_file", 0L));
        OptionalLong limit = limit(file(first ? "memory.limit_in_bytes" : "memory.max"));
        return Optional.of(new MemoryUsage(
                clock.instant(),
                usedBytes,
                workingSet,
                without(limit, workingSet),
                stat.getOrDefault(first ? "total_rss" : "anon", 0L),
                stat.getOrDefault(prefix + "pgfault", 0L),
                stat.getOrDefault(prefix + "pgmajfault", 0L),
                first ? firstSwap(usedBytes, limit) : secondSwap(),
                pressure("memory")));
    }

    private Path file(String name) {
        return group.file("memory", name);
    }

    /** Version 1 counts memory and swap together. */
    private Optional<SwapUsage> firstSwap(long usedBytes, OptionalLong memoryLimit) {
        OptionalLong both = number(file("memory.memsw.usage_in_bytes"));
        if (both.isEmpty()) return Optional.empty();
        long swapped = Math.max(0, both.getAsLong() - usedBytes);
        OptionalLong bothLimit = limit(file("memory.memsw.limit_in_bytes"));
        if (memoryLimit.isEmpty()) bothLimit = OptionalLong.empty();
        return Optional.of(new SwapUsage(swapped, without(bothLimit, memoryLimit.orElse(0) + swapped)));
    }

    private Optional<SwapUsage> secondSwap() {
        OptionalLong swapped = number(file("memory.swap.current"));
        if (swapped.isEmpty()) return Optional.empty();
        return Optional.of(
                new SwapUsage(swapped.getAsLong(), without(limit(file("memory.swap.max")), swapped.getAsLong())));
    }

    private static OptionalLong without(OptionalLong limit, long used) {
        return limit.isPresent() ? OptionalLong.of(Math.max(0, limit.getAsLong() - used)) : limit;
    }

    /** Of pure version 2 only: beside version 1 a runtime need not move processes into the unified hierarchy. */
    private Optional<Pressure> pressure(String resource) {
        if (!group.host().pureSecond()) return Optional.empty();
        List<String> lines = lines(group.file(resource, resource + ".pressure"));
        if (lines.isEmpty()) return Optional.empty();
        return Optional.of(new Pressure(stall(lines, "some "), stall(lines, "full ")));
    }

    /** {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}, the total in microseconds. */
    private static Pressure.Stall stall(List<String> lines, String kind) {
        Optional<String> line =
                lines.stream().filter(one -> one.startsWith(kind)).findFirst();
        if (line.isEmpty()) return Pressure.Stall.NONE;
        Map<String, String> values = new HashMap<>();
        for (String word : line.get().substring(kind.length()).strip().split(" ")) {
            String[] pair = word.split("=", 2);
            if (pair.length == 2) values.put(pair[0], pair[1]);
        }
        return new Pressure.Stall(
                Duration.of(Long.parseLong(values.getOrDefault("total", "0")), ChronoUnit.MICROS),
                Double.parseDouble(values.getOrDefault("avg10", "0")),
                Double.parseDouble(values.getOrDefault("avg60", "0")),
                Double.parseDouble(values.getOrDefault("avg300", "0")));
    }

    /** A file of one number; version 2 says "max" for no limit. */
    static OptionalLong number(Path file) {
        List<String> lines = lines(file);
        if (lines.isEmpty() || lines.getFirst().equals("max")) return OptionalLong.empty();
        return OptionalLong.of(Long.parseLong(lines.getFirst()));
    }

    private static OptionalLong limit(Path file) {
        OptionalLong number = number(file);
        return number.isPresent() && number.getAsLong() < UNLIMITED_MIN ? number : OptionalLong.empty();
    }

    static Map<String, Long> counters(Path file) {
        Map<String, Long> counters = new HashMap<>();
        for (String line : lines(file)) {
            String[] pair = line.split(" ", 2);
            if (pair.length == 2) counters.put(pair[0], Long.parseLong(pair[1]));
        }
        return counters;
    }

    // A group goes at any moment, also between the opening of its file and the reading (ENODEV): gone is unknown.
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException _) {
            return List.of();
        }
    }
}
