package io.davit.core.domain;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Limits in CRI units (cri-api LinuxContainerResources). 0 and empty mean "not said"; -1 means unlimited where the
 * kernel knows that.
 *
 * @param memorySwapLimitBytes memory plus swap
 * @param unified cgroup v2 file names and their content
 */
public record Resources(
        long cpuPeriodMicros,
        long cpuQuotaMicros,
        long cpuShares,
        long memoryLimitBytes,
        long oomScoreAdj,
        String cpusetCpus,
        String cpusetMems,
        List<HugepageLimit> hugepageLimits,
        Map<String, String> unified,
        long memorySwapLimitBytes) {
    public static final Resources NONE = new Resources(0, 0, 0, 0, 0, "", "", List.of(), Map.of(), 0);

    public Resources {
        hugepageLimits = List.copyOf(hugepageLimits);
        unified = Map.copyOf(unified);
    }

    /** A limit for pages of one size, e.g. "2MB". */
    public record HugepageLimit(String pageSize, long limitBytes) {}

    /** These limits with those of {@code change} that say something in their place. */
    public Resources with(Resources change) {
        return new Resources(
                said(change.cpuPeriodMicros, cpuPeriodMicros),
                said(change.cpuQuotaMicros, cpuQuotaMicros),
                said(change.cpuShares, cpuShares),
                said(change.memoryLimitBytes, memoryLimitBytes),
                said(change.oomScoreAdj, oomScoreAdj),
                change.cpusetCpus.isEmpty() ? cpusetCpus : change.cpusetCpus,
                change.cpusetMems.isEmpty() ? cpusetMems : change.cpusetMems,
                with(change.hugepageLimits),
                with(change.unified),
                swapWith(change));
    }

    /** A limit of memory without one of swap means no swap beside it, whatever there was before. */
    private long swapWith(Resources change) {
        return change.memoryLimitBytes == 0
                ? said(change.memorySwapLimitBytes, memorySwapLimitBytes)
                : change.memorySwapLimitBytes;
    }

    private List<HugepageLimit> with(List<HugepageLimit> change) {
        Map<String, HugepageLimit> bySize = new LinkedHashMap<>();
        hugepageLimits.forEach(limit -> bySize.put(limit.pageSize(), limit));
        change.forEach(limit -> bySize.put(limit.pageSize(), limit));
        return List.copyOf(bySize.values());
    }

    private Map<String, String> with(Map<String, String> change) {
        Map<String, String> all = new HashMap<>(unified);
        all.putAll(change);
        return all;
    }

    private static long said(long change, long before) {
        return change == 0 ? before : change;
    }
}
