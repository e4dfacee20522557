package io.davit.backend.oci.bundle;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Problems;
import io.davit.core.domain.Resources;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Limits in the runtime-spec's words (linux.resources). The runtimes translate cpu shares for version 2; {@code swap}
 * is memory plus swap for both versions.
 */
public final class ResourceLimits {
    private static final String FIELD = "linux.resources.";

    private final Cgroups cgroups;

    public ResourceLimits(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    /**
     * Those of a group that is yet to be made: a new one has no quota, so nothing says that it shall have none. crun
     * takes that -1 for a number, before 1.8.4 on version 1, before 1.22 with systemd (containers/crun 1186, 1794).
     */
    public ObjectNode jsonForNewGroup(Resources resources) {
        ObjectNode json = json(resources);
        if (resources.cpuQuotaMicros() < 0) json.withObject("cpu").remove("quota");
        return json;
    }

    /** The limits that say something; limits that this host cannot hold are refused by name. */
    public ObjectNode json(Resources resources) {
        refuse(resources);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        cpu(resources, json);
        memory(resources, json);
        for (Resources.HugepageLimit limit : resources.hugepageLimits()) {
            if (!cgroups.has("hugetlb")) break;
            json.withArray("hugepageLimits")
                    .addObject()
                    .put("pageSize", limit.pageSize())
                    .put("limit", limit.limitBytes());
        }
        resources.unified().forEach((file, value) -> json.withObject("unified").put(file, value));
        return json;
    }

    private static void cpu(Resources resources, ObjectNode json) {
        if (resources.cpuShares() != 0) json.withObject("cpu").put("shares", resources.cpuShares());
        if (resources.cpuQuotaMicros() != 0) json.withObject("cpu").put("quota", resources.cpuQuotaMicros());
        if (resources.cpuPeriodMicros() != 0) json.withObject("cpu").put("period", resources.cpuPeriodMicros());
        if (!resources.cpusetCpus().isEmpty()) json.withObject("cpu").put("cpus", resources.cpusetCpus());
        if (!resources.cpusetMems().isEmpty()) json.withObject("cpu").put("mems", resources.cpusetMems());
    }

    private void memory(Resources resources, ObjectNode json) {
        long limit = resources.memoryLimitBytes();
        if (limit != 0) json.withObject("memory").put("limit", limit);
        // Without swap accounting there is nothing to set, and nothing to miss: no swap limit was ever held there.
        if (!cgroups.hasSwapLimit()) return;
        if (resources.memorySwapLimitBytes() != 0) {
            json.withObject("memory").put("swap", resources.memorySwapLimitBytes());
        } else if (limit > 0) {
            // No word about swap is no swap, as in containerd.
            json.withObject("memory").put("swap", limit);
        } else if (limit < 0 && !cgroups.pureUnified()) {
            // Version 1 keeps memory below memory and swap: without the latter's limit the former's could not go. runc
            // knows that; crun does not (1.8.1).
            json.withObject("memory").put("swap", limit);
        }
    }

    private void refuse(Resources resources) {
        boolean hugepages = resources.hugepageLimits().stream().anyMatch(limit -> limit.limitBytes() > 0);
        if (hugepages && !cgroups.has("hugetlb")) {
            throw new Fault(new Fault.Kind.Unsupported(
                    FIELD + "hugepage_limits", "this host has no cgroup controller hugetlb"));
        }
        if (!resources.unified().isEmpty() && !cgroups.pureUnified()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    FIELD + "unified", "it names files of cgroup version 2, and this host uses version 1"));
        }
        Problems problems = new Problems();
        for (String file : resources.unified().keySet()) {
            if (file.contains("/") || !file.contains(".")) {
                problems.add(FIELD + "unified", "not the name of a cgroup file: '" + file + "'");
            }
        }
        problems.throwIfAny();
    }
}
