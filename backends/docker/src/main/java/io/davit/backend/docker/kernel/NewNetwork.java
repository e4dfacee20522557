package io.davit.backend.docker.kernel;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network namespace that Docker has just made, as the pods of other runtimes find theirs. */
public final class NewNetwork {
    private static final Path IPV6_OFF = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");

    private NewNetwork() {}

    /**
     * Undoes two things that Docker does to it. A network has one sysfs, and the flags of whoever mounted it first hold for
     * all (fs/kernfs/mount.c): that is the holder, read-only, and a privileged container could not write to /sys. And
     * where a container has no address of Docker's, IPv6 is off on all its interfaces, lo too (moby,
     * libnetwork/osl/namespace_linux.go), so that nothing could listen at ::1.
     *
     * @param ipv6 whether IPv6 is to be on; the pod's own sysctls may say otherwise
     */
    public static void settle(Path network, boolean ipv6) {
        var _ = ThrowAwayThread.inNetwork(network, () -> {
            if (ipv6) turnOnIpv6();
            Kernel.makeSysWritable();
            return network;
        });
    }

    // The files below /proc/sys/net are those of the thread's network; a kernel without IPv6 has none.
    private static void turnOnIpv6() {
        if (!Files.exists(IPV6_OFF)) return;
        try {
            Files.writeString(IPV6_OFF, "0");
        } catch (IOException e) {
            throw Fault.failed("turn on IPv6 in a pod's network", e);
        }
    }
}
