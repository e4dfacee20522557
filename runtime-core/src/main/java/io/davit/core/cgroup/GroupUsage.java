package io.davit.core.cgroup;

import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.Pressure;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.SwapUsage;
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
 * Reads what the processes of one control group use, from files of version 1 or 2, whichever has the controller (kernel,
 * cgroup-v1/memory.rst, cgroup-v2.rst). What has no file is not known; a group that is gone is all files gone. Reads
 * files in each call: for samplers, and not for List or Status.
 */
public final class GroupUsage {
    /** Version 1 says "unlimited" by the greatest number of whole pages. */
    private static final long UNLIMITED_MIN = Long.MAX_VALUE / 2;

    private final ControlGroup group;
    private final Clock clock;

    public GroupUsage(ControlGroup group, Clock clock) {
        this.group = group;
        this.clock = clock;
    }

    /** Everything as it is now. */
    public ResourceUsage read() {
        GroupCounters counters = new GroupCounters(group);
        return new ResourceUsage(
                clock.instant(),
                cpu(),
                memory(),
                pressure("io"),
                number(group.file("pids", "pids.current")),
                counters.read(),
                counters.disks());
    }

    private Optional<CpuUsage> cpu() {
        Optional<Duration> used = group.isFirst("cpuacct")
                ? boxed(number(group.file("cpuacct", "cpuacct.usage"))).map(Duration::ofNanos)
                : value(counters(group.file("cpu", "cpu.stat")), "usage_usec")
                        .map(micros -> Duration.of(micros, ChronoUnit.MICROS));
        return used.map(time -> new CpuUsage(clock.instant(), time, pressure("cpu")));
    }

    private Optional<MemoryUsage> memory() {
        return group.isFirst("memory")
                ? memory("memory.usage_in_bytes", "memory.limit_in_bytes", "total_", "total_rss", this::firstSwap)
                : memory("memory.current", "memory.max", "", "anon", this::secondSwap);
    }

    /** How a version finds swap, given the memory in use and its limit. */
    private interface SwapReading {
        Optional<SwapUsage> read(long usedBytes, OptionalLong limitBytes);
    }

    private Optional<MemoryUsage> memory(
            String usedFile, String limitFile, String prefix, String resident, SwapReading swap) {
        OptionalLong used = number(group.file("memory", usedFile));
        if (used.isEmpty()) return Optional.empty();
        Map<String, Long> stat = counters(group.file("memory", "memory.stat"));
        long usedBytes = used.getAsLong();
        long workingSet = Math.max(0, usedBytes - stat.getOrDefault(prefix + "inactive_file", 0L));
        OptionalLong limit = limit(group.file("memory", limitFile));
        OptionalLong available =
                limit.isPresent() ? OptionalLong.of(Math.max(0, limit.getAsLong() - workingSet)) : limit;
        return Optional.of(new MemoryUsage(
                clock.instant(),
                usedBytes,
                workingSet,
                available,
                stat.getOrDefault(resident, 0L),
                stat.getOrDefault(prefix + "pgfault", 0L),
                stat.getOrDefault(prefix + "pgmajfault", 0L),
                swap.read(usedBytes, limit),
                pressure("memory")));
    }

    /** Version 1 counts memory and swap together. */
    private Optional<SwapUsage> firstSwap(long usedBytes, OptionalLong limitBytes) {
        OptionalLong both = number(group.file("memory", "memory.memsw.usage_in_bytes"));
        if (both.isEmpty()) return Optional.empty();
        long swapped = Math.max(0, both.getAsLong() - usedBytes);
        OptionalLong bothLimit = limit(group.file("memory", "memory.memsw.limit_in_bytes"));
        if (bothLimit.isEmpty() || limitBytes.isEmpty()) {
            return Optional.of(new SwapUsage(swapped, OptionalLong.empty()));
        }
        long available = Math.max(0, bothLimit.getAsLong() - limitBytes.getAsLong() - swapped);
        return Optional.of(new SwapUsage(swapped, OptionalLong.of(available)));
    }

    private Optional<SwapUsage> secondSwap(long usedBytes, OptionalLong limitBytes) {
        OptionalLong current = number(group.file("memory", "memory.swap.current"));
        if (current.isEmpty()) return Optional.empty();
        long swapped = current.getAsLong();
        OptionalLong limit = limit(group.file("memory", "memory.swap.max"));
        OptionalLong available = limit.isPresent() ? OptionalLong.of(Math.max(0, limit.getAsLong() - swapped)) : limit;
        return Optional.of(new SwapUsage(swapped, available));
    }

    /** Of pure version 2 only: beside version 1 a runtime need not move processes into the unified hierarchy. */
    private Optional<Pressure> pressure(String resource) {
        if (!group.pureUnified()) return Optional.empty();
        List<String> lines = ControlGroup.lines(group.file(resource, resource + ".pressure"));
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
        List<String> lines = ControlGroup.lines(file);
        if (lines.isEmpty() || lines.getFirst().equals("max")) return OptionalLong.empty();
        return OptionalLong.of(Long.parseLong(lines.getFirst()));
    }

    private static OptionalLong limit(Path file) {
        OptionalLong number = number(file);
        return number.isPresent() && number.getAsLong() < UNLIMITED_MIN ? number : OptionalLong.empty();
    }

    static Map<String, Long> counters(Path file) {
        Map<String, Long> counters = new HashMap<>();
        for (String line : ControlGroup.lines(file)) {
            String[] pair = line.split(" ", 2);
            if (pair.length == 2) counters.put(pair[0], Long.parseLong(pair[1]));
        }
        return counters;
    }

    private static Optional<Long> value(Map<String, Long> counters, String name) {
        return Optional.ofNullable(counters.get(name));
    }

    private static Optional<Long> boxed(OptionalLong number) {
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }
}
