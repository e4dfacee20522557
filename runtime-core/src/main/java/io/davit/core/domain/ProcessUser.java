package io.davit.core.domain;

import java.util.List;

/** Who a process really is, after names were looked up in the image. */
public record ProcessUser(long uid, long gid, List<Long> supplementalGroups) {
    public ProcessUser {
        supplementalGroups = List.copyOf(supplementalGroups);
    }
}
