package io.davit.core.domain;

import java.util.List;

/** Further groups of the first process; {@code MERGE} adds those of the image's /etc/group, {@code STRICT} does not. */
public record SupplementalGroups(List<Long> gids, Policy policy) {
    public static final SupplementalGroups NONE = new SupplementalGroups(List.of(), Policy.MERGE);

    public SupplementalGroups {
        gids = List.copyOf(gids);
    }

    /** cri-api SupplementalGroupsPolicy. */
    public enum Policy {
        MERGE,
        STRICT
    }
}
