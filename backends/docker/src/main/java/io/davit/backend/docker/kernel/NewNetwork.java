package io.davit.backend.docker.kernel;

import java.nio.file.Files;
import java.nio.file.Path;

/** A network namespace that Docker has just made, as the pods of other runtimes find theirs. */
public final class NewNetwork {
    private static final Path IPV6_OFF = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");

    private NewNetwork() {}

    /**
     * Turns on IPv6. Where a container has no address of Docker's, it is off on all interfaces, lo too (moby,
     * libnetwork/osl/namespace_linux.go), so that nothing could listen at ::1. A kernel without IPv6 is let be.
     */
    public static void turnOnIpv6(Path network) {
        if (!Files.exists(IPV6_OFF)) return;
        // The files below /proc/sys/net are those of the thread's network.
        var _ = ThrowAwayThread.inNetwork(network, () -> Files.writeString(IPV6_OFF, "0"));
    }

    /**
     * Lets privileged containers write to /sys. A network has one sysfs, and the flags of whoever mounted it first hold for
     * all (fs/kernfs/mount.c): that is the holder, read-only. Mounts that are read-only by themselves stay so.
     */
    public static void makeSysWritable(Path network) {
        var _ = ThrowAwayThread.inNetwork(network, () -> {
            Kernel.makeSysWritable();
            return network;
        });
    }
}
