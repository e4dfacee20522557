package io.davit.core.domain;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Changes to the default capabilities; names in upper case with CAP_, or ALL. ALL counts before single names. */
public record Capabilities(List<String> add, List<String> drop, List<String> addAmbient) {
    public static final Capabilities DEFAULT = new Capabilities(List.of(), List.of(), List.of());
    public static final String ALL = "ALL";

    /** In the order of their numbers (linux/capability.h, up to CAP_CHECKPOINT_RESTORE = 40). */
    public static final List<String> NAMES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_LINUX_IMMUTABLE",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_ADMIN",
            "CAP_NET_RAW",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_SYS_MODULE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_CHROOT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_PACCT",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_NICE",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_MKNOD",
            "CAP_LEASE",
            "CAP_AUDIT_WRITE",
            "CAP_AUDIT_CONTROL",
            "CAP_SETFCAP",
            "CAP_MAC_OVERRIDE",
            "CAP_MAC_ADMIN",
            "CAP_SYSLOG",
            "CAP_WAKE_ALARM",
            "CAP_BLOCK_SUSPEND",
            "CAP_AUDIT_READ",
            "CAP_PERFMON",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE");

    private static final Set<String> KNOWN = Set.copyOf(NAMES);

    public Capabilities {
        add = List.copyOf(add);
        drop = List.copyOf(drop);
        addAmbient = List.copyOf(addAmbient);
    }

    /**
     * A capability as people write it, in the form used here: with CAP_ and in upper case, or ALL.
     *
     * @throws Fault of kind InvalidRequest for a name the kernel does not know
     */
    public static String name(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        if (upper.equals(ALL)) return ALL;
        String full = upper.startsWith("CAP_") ? upper : "CAP_" + upper;
        if (!KNOWN.contains(full)) throw Fault.invalid("capabilities", "no such capability: '" + text + "'");
        return full;
    }
}
