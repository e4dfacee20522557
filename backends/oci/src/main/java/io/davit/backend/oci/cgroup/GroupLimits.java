package io.davit.backend.oci.cgroup;

import io.davit.core.cgroup.ControlGroup;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of one group as its files had them at one moment, so that a change that failed half-way can be taken back:
 * runc does so itself, crun leaves what it has written. Files that are not there are no part of it.
 */
public final class GroupLimits {
    // Memory before memory and swap: the kernel of version 1 keeps the second above the first.
    private static final Map<String, List<String>> FIRST = Map.of(
            "memory", List.of("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
            "cpu", List.of("cpu.shares", "cpu.cfs_period_us", "cpu.cfs_quota_us"),
            "cpuset", List.of("cpuset.cpus", "cpuset.mems"));
    private static final List<String> SECOND =
            List.of("memory.max", "memory.swap.max", "cpu.weight", "cpu.max", "cpuset.cpus", "cpuset.mems");

    private final Map<Path, String> values = new LinkedHashMap<>();

    private GroupLimits() {}

    /** @param change which may name further files: sizes of huge pages, and files of version 2 */
    static GroupLimits of(Cgroup group, Cgroups cgroups, Resources change) {
        GroupLimits limits = new GroupLimits();
        List<String> sizes = change.hugepageLimits().stream()
                .map(limit -> "hugetlb." + limit.pageSize())
                .toList();
        if (cgroups.pureUnified()) {
            SECOND.forEach(file -> limits.note(group.file("", file)));
            sizes.forEach(size -> limits.note(group.file("", size + ".max")));
            change.unified().keySet().forEach(file -> limits.note(group.file("", file)));
        } else {
            FIRST.forEach((controller, files) -> files.forEach(file -> limits.note(group.file(controller, file))));
            if (cgroups.has("hugetlb")) {
                sizes.forEach(size -> limits.note(group.file("hugetlb", size + ".limit_in_bytes")));
            }
        }
        return limits;
    }

    private void note(Path file) {
        List<String> lines = ControlGroup.lines(file);
        if (lines.size() == 1) values.put(file, lines.getFirst());
    }

    /** What the group has in a file; empty if it was not there. */
    public String valueOf(String file) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(file))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** Writes back what has changed since; the kernel may refuse one value until another has been written. */
    public void restore() {
        writeChanged();
        Map<Path, IOException> refused = writeChanged();
        refused.forEach((file, why) -> {
            throw Fault.failed("write " + values.get(file) + " back to " + file, why);
        });
    }

    private Map<Path, IOException> writeChanged() {
        Map<Path, IOException> refused = new LinkedHashMap<>();
        values.forEach((file, value) -> {
            if (ControlGroup.lines(file).equals(List.of(value))) return;
            try {
                Files.writeString(file, value + "\n"); // of nothing at all the kernel would not hear
            } catch (IOException e) {
                refused.put(file, e);
            }
        });
        return refused;
    }
}
