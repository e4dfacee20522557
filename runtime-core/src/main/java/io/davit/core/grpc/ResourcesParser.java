package io.davit.core.grpc;

import io.davit.core.domain.Resources;
import io.davit.cri.v1.LinuxContainerResources;
import java.util.regex.Pattern;

/** Limits on resources. */
final class ResourcesParser {
    private static final int OOM_SCORE_ADJ_MAX = 1000;
    private static final Pattern CPUSET = Pattern.compile("[0-9,-]*");
    private static final Pattern CGROUP_FILE = Pattern.compile("[a-z0-9_]+(\\.[A-Za-z0-9_]+)+");

    private final Fields fields;

    ResourcesParser(Fields fields) {
        this.fields = fields;
    }

    /** Those of a new container, which has none yet that these could change. */
    Resources parseAll(String at, LinuxContainerResources wanted) {
        if (wanted.getMemorySwapLimitInBytes() > 0 && wanted.getMemoryLimitInBytes() <= 0) {
            fields.problems()
                    .add(at + ".memory_swap_limit_in_bytes", "needs a memory_limit_in_bytes, which it includes");
        }
        return parse(at, wanted);
    }

    Resources parse(String at, LinuxContainerResources wanted) {
        notBelow(at + ".cpu_period", wanted.getCpuPeriod(), 0);
        notBelow(at + ".cpu_quota", wanted.getCpuQuota(), -1);
        notBelow(at + ".cpu_shares", wanted.getCpuShares(), 0);
        notBelow(at + ".memory_limit_in_bytes", wanted.getMemoryLimitInBytes(), -1);
        swapLimit(at + ".memory_swap_limit_in_bytes", wanted);
        if (Math.abs(wanted.getOomScoreAdj()) > OOM_SCORE_ADJ_MAX) {
            fields.problems().add(at + ".oom_score_adj", wanted.getOomScoreAdj() + " is not within -1000..1000");
        }
        cpuset(at + ".cpuset_cpus", wanted.getCpusetCpus());
        cpuset(at + ".cpuset_mems", wanted.getCpusetMems());
        wanted.getUnifiedMap().keySet().stream()
                .filter(file -> !CGROUP_FILE.matcher(file).matches())
                .forEach(file -> fields.problems().add(at + ".unified", "not a cgroup file: '" + file + "'"));
        return new Resources(
                wanted.getCpuPeriod(),
                wanted.getCpuQuota(),
                wanted.getCpuShares(),
                wanted.getMemoryLimitInBytes(),
                wanted.getOomScoreAdj(),
                wanted.getCpusetCpus(),
                wanted.getCpusetMems(),
                wanted.getHugepageLimitsList().stream()
                        .map(limit -> new Resources.HugepageLimit(limit.getPageSize(), limit.getLimit()))
                        .toList(),
                wanted.getUnifiedMap(),
                wanted.getMemorySwapLimitInBytes());
    }

    /** It limits memory and swap together, so that it cannot be the smaller one. */
    private void swapLimit(String field, LinuxContainerResources wanted) {
        long swap = wanted.getMemorySwapLimitInBytes();
        long memory = wanted.getMemoryLimitInBytes();
        if (swap <= 0) notBelow(field, swap, -1);
        else if (swap < memory) fields.problems().add(field, swap + " is less than the memory limit of " + memory);
    }

    private void notBelow(String field, long value, long min) {
        if (value < min) fields.problems().add(field, value + " is below " + min);
    }

    private void cpuset(String field, String value) {
        if (!CPUSET.matcher(value).matches()) fields.problems().add(field, "not a list of ranges: '" + value + "'");
    }
}
