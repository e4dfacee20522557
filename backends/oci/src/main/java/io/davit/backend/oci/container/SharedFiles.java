package io.davit.backend.oci.container;

import io.davit.backend.oci.cgroup.GroupLimits;
import io.davit.core.domain.Resources;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of version 2 that hold two limits of the protocol: quota and period in cpu.max, and in memory.swap.max what
 * swap there is above the limit of memory (cgroup-v2.rst). crun (1.8.1) writes such a file whole, and takes what it is
 * not told for the kernel's default: a period alone would end the quota. Neither crun nor runc takes swap alone.
 */
final class SharedFiles {
    private static final Pattern CPU_MAX = Pattern.compile("(max|\\d+) (\\d+)");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private SharedFiles() {}

    /** The change with what it leaves as it is, wherever a file needs both. */
    static Resources completed(Resources change, GroupLimits now) {
        long period = change.cpuPeriodMicros();
        long quota = change.cpuQuotaMicros();
        Matcher cpu = CPU_MAX.matcher(now.valueOf("cpu.max"));
        if (cpu.matches() && period == 0 && quota != 0) {
            period = Long.parseLong(cpu.group(2));
        } else if (cpu.matches() && period != 0 && quota == 0) {
            // None needs no word, and crun before 1.22 with systemd takes -1 for a number (containers/crun 1794).
            quota = number(cpu.group(1)).orElse(0L);
        }
        boolean swapAlone = change.memorySwapLimitBytes() > 0 && change.memoryLimitBytes() == 0;
        long memory = swapAlone ? number(now.valueOf("memory.max")).orElse(0L) : change.memoryLimitBytes();
        return new Resources(
                period,
                quota,
                change.cpuShares(),
                memory,
                change.oomScoreAdj(),
                change.cpusetCpus(),
                change.cpusetMems(),
                change.hugepageLimits(),
                change.unified(),
                change.memorySwapLimitBytes());
    }

    private static Optional<Long> number(String text) {
        return NUMBER.matcher(text).matches() ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }
}
