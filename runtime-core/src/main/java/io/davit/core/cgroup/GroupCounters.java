package io.davit.core.cgroup;

import io.davit.core.domain.Counter;
import io.davit.core.domain.DiskTraffic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads what a control group counts beside what everybody asks for, from files of version 1 or 2 (kernel,
 * cgroup-v1/memory.rst, blkio-controller.rst, cgroup-v2.rst). What has no file is left out.
 */
final class GroupCounters {
    /** USER_HZ, in which version 1 counts user and system time; 100 on every architecture that Linux still has. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final long NANOS_PER_MICRO = 1000;

    private static final Set<String> TRAFFIC = Set.of("rbytes", "wbytes", "rios", "wios");

    private final ControlGroup group;
    private final boolean first;
    private final Map<Counter, Long> found = new EnumMap<>(Counter.class);

    GroupCounters(ControlGroup group) {
        this.group = group;
        this.first = !group.pureUnified();
    }

    Map<Counter, Long> read() {
        if (first) readFirst();
        else readSecond();
        Path threadsMax = group.file("pids", "pids.max");
        if (!ControlGroup.lines(threadsMax).isEmpty()) {
            found.put(Counter.THREADS_MAX, GroupUsage.number(threadsMax).orElse(0));
        }
        return found;
    }

    private void readFirst() {
        Map<String, Long> time = GroupUsage.counters(group.file("cpuacct", "cpuacct.stat"));
        put(Counter.CPU_USER_NANOS, time, "user", NANOS_PER_TICK);
        put(Counter.CPU_SYSTEM_NANOS, time, "system", NANOS_PER_TICK);
        Map<String, Long> quota = GroupUsage.counters(group.file("cpu", "cpu.stat"));
        quota(quota, "throttled_time", 1);
        Map<String, Long> memory = GroupUsage.counters(group.file("memory", "memory.stat"));
        put(Counter.MEMORY_CACHE_BYTES, memory, "total_cache", 1);
        put(Counter.MEMORY_MAPPED_FILE_BYTES, memory, "total_mapped_file", 1);
        put(Counter.MEMORY_ACTIVE_FILE_BYTES, memory, "total_active_file", 1);
        put(Counter.MEMORY_INACTIVE_FILE_BYTES, memory, "total_inactive_file", 1);
        put(Counter.MEMORY_KERNEL_BYTES, group.file("memory", "memory.kmem.usage_in_bytes"));
        put(Counter.MEMORY_PEAK_BYTES, group.file("memory", "memory.max_usage_in_bytes"));
        put(Counter.MEMORY_LIMIT_HITS, group.file("memory", "memory.failcnt"));
        put(Counter.OOM_KILLS, GroupUsage.counters(group.file("memory", "memory.oom_control")), "oom_kill", 1);
    }

    private void readSecond() {
        Map<String, Long> cpu = GroupUsage.counters(group.file("cpu", "cpu.stat"));
        put(Counter.CPU_USER_NANOS, cpu, "user_usec", NANOS_PER_MICRO);
        put(Counter.CPU_SYSTEM_NANOS, cpu, "system_usec", NANOS_PER_MICRO);
        quota(cpu, "throttled_usec", NANOS_PER_MICRO);
        Map<String, Long> memory = GroupUsage.counters(group.file("memory", "memory.stat"));
        put(Counter.MEMORY_CACHE_BYTES, memory, "file", 1);
        put(Counter.MEMORY_MAPPED_FILE_BYTES, memory, "file_mapped", 1);
        put(Counter.MEMORY_ACTIVE_FILE_BYTES, memory, "active_file", 1);
        put(Counter.MEMORY_INACTIVE_FILE_BYTES, memory, "inactive_file", 1);
        put(Counter.MEMORY_KERNEL_BYTES, memory, "kernel", 1);
        put(Counter.MEMORY_PEAK_BYTES, group.file("memory", "memory.peak"));
        Map<String, Long> events = GroupUsage.counters(group.file("memory", "memory.events"));
        put(Counter.MEMORY_LIMIT_HITS, events, "max", 1);
        put(Counter.OOM_KILLS, events, "oom_kill", 1);
    }

    private void quota(Map<String, Long> cpu, String throttled, long nanos) {
        put(Counter.QUOTA_PERIODS, cpu, "nr_periods", 1);
        put(Counter.QUOTA_THROTTLED_PERIODS, cpu, "nr_throttled", 1);
        put(Counter.QUOTA_THROTTLED_NANOS, cpu, throttled, nanos);
    }

    private void put(Counter counter, Map<String, Long> values, String name, long factor) {
        Long value = values.get(name);
        if (value != null) found.put(counter, value * factor);
    }

    private void put(Counter counter, Path file) {
        OptionalLong value = GroupUsage.number(file);
        if (value.isPresent()) found.put(counter, value.getAsLong());
    }

    /** By device; the files name it {@code major:minor} at the beginning of each line. */
    List<DiskTraffic> disks() {
        Map<String, Map<String, Long>> devices = new HashMap<>();
        if (first) {
            firstDisks(devices, "blkio.throttle.io_service_bytes_recursive", "bytes");
            firstDisks(devices, "blkio.throttle.io_serviced_recursive", "ios");
        } else {
            for (String line : ControlGroup.lines(group.file("io", "io.stat"))) secondDisk(devices, line);
        }
        List<DiskTraffic> disks = new ArrayList<>();
        devices.forEach((device, values) -> {
            String[] numbers = device.split(":", 2);
            disks.add(new DiskTraffic(
                    Integer.parseInt(numbers[0]),
                    Integer.parseInt(numbers[1]),
                    values.getOrDefault("rbytes", 0L),
                    values.getOrDefault("wbytes", 0L),
                    values.getOrDefault("rios", 0L),
                    values.getOrDefault("wios", 0L)));
        });
        return disks;
    }

    /** {@code 254:0 Read 4096}, and a last line with the total of all. */
    private void firstDisks(Map<String, Map<String, Long>> devices, String file, String what) {
        for (String line : ControlGroup.lines(group.file("blkio", file))) {
            String[] words = line.split(" ");
            if (words.length != 3 || !words[0].contains(":")) continue;
            Map<String, Long> values = devices.computeIfAbsent(words[0], _ -> new HashMap<>());
            if (words[1].equals("Read")) values.put("r" + what, Long.parseLong(words[2]));
            if (words[1].equals("Write")) values.put("w" + what, Long.parseLong(words[2]));
        }
    }

    /** {@code 254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0}. */
    private static void secondDisk(Map<String, Map<String, Long>> devices, String line) {
        String[] words = line.split(" ");
        if (!words[0].matches("\\d+:\\d+")) return;
        Map<String, Long> values = devices.computeIfAbsent(words[0], _ -> new HashMap<>());
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=", 2);
            // Controllers add words of their own, not all with numbers: "depth=max", "cost.vrate=100.00".
            if (pair.length == 2 && TRAFFIC.contains(pair[0])) values.put(pair[0], Long.parseLong(pair[1]));
        }
    }
}
