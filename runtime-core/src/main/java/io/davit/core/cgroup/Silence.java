package io.davit.core.cgroup;

import java.io.IOException;
import java.util.List;

/** Which failures to read a control group's file mean that it has nothing to tell, and no trouble. */
final class Silence {
    /**
     * ENODEV: the group was removed between open and read. EOPNOTSUPP: the files of pressure are there, but the kernel was
     * started without it, as RHEL's is unless told psi=1 (kernel/sched/psi.c, psi_show).
     */
    private static final List<String> WORDS = List.of("No such device", "Operation not supported");

    private Silence() {}

    static boolean isMeantBy(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return WORDS.stream().anyMatch(message::contains);
    }
}
