package io.davit.backend.oci.syscall;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Capabilities in the order of their numbers (linux/capability.h). */
public enum Capability {
    CHOWN,
    DAC_OVERRIDE,
    DAC_READ_SEARCH,
    FOWNER,
    FSETID,
    KILL,
    SETGID,
    SETUID,
    SETPCAP,
    LINUX_IMMUTABLE,
    NET_BIND_SERVICE,
    NET_BROADCAST,
    NET_ADMIN,
    NET_RAW,
    IPC_LOCK,
    IPC_OWNER,
    SYS_MODULE,
    SYS_RAWIO,
    SYS_CHROOT,
    SYS_PTRACE,
    SYS_PACCT,
    SYS_ADMIN,
    SYS_BOOT,
    SYS_NICE,
    SYS_RESOURCE,
    SYS_TIME,
    SYS_TTY_CONFIG,
    MKNOD,
    LEASE,
    AUDIT_WRITE,
    AUDIT_CONTROL,
    SETFCAP,
    MAC_OVERRIDE,
    MAC_ADMIN,
    SYSLOG,
    WAKE_ALARM,
    BLOCK_SUSPEND,
    AUDIT_READ,
    PERFMON,
    BPF,
    CHECKPOINT_RESTORE;

    private static final Path LAST = Path.of("/proc/sys/kernel/cap_last_cap");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int NUMBER_BYTES_MAX = 32;
    private static final String PREFIX = "CAP_";

    /** By its name with CAP_. */
    public static Optional<Capability> named(String name) {
        return Arrays.stream(values())
                .filter(capability -> capability.specName().equals(name))
                .findFirst();
    }

    /** Its name with CAP_, as in config.json. */
    public String specName() {
        return PREFIX + name();
    }

    /** The highest number that this kernel knows; may be one that we do not know yet. */
    static int last() {
        // One read that takes it all: a number below /proc/sys is at its end for every later read, even of one byte
        // (proc_dointvec), and Files.readString begins with one byte.
        try (InputStream file = Files.newInputStream(LAST)) {
            byte[] text = new byte[NUMBER_BYTES_MAX];
            int length = file.read(text);
            return Integer.parseInt(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            throw Fault.failed("read " + LAST, e);
        }
    }

    /** The bounding set of this process: nothing that it starts can ever have more. */
    public static Set<Capability> ownBoundingSet() {
        try {
            String line = Files.readAllLines(STATUS).stream()
                    .filter(text -> text.startsWith("CapBnd:"))
                    .findFirst()
                    .orElseThrow(() -> Fault.failed("read " + STATUS, "it has no line CapBnd"));
            return ofMask(
                    Long.parseUnsignedLong(line.substring("CapBnd:".length()).strip(), 16));
        } catch (IOException e) {
            throw Fault.failed("read " + STATUS, e);
        }
    }

    static Set<Capability> ofMask(long mask) {
        Capability[] byNumber = values();
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        for (int number = 0; number < byNumber.length; number++) {
            if ((mask & 1L << number) != 0) set.add(byNumber[number]);
        }
        return set;
    }
}
