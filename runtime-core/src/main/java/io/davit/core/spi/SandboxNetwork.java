package io.davit.core.spi;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/** Who does the network of a sandbox that was just started. */
public sealed interface SandboxNetwork {
    /** The node's network: nothing to do. */
    record Host() implements SandboxNetwork {}

    /** The engine has done it; the first address is the primary one. */
    record Attached(List<InetAddress> addresses) implements SandboxNetwork {
        public Attached {
            addresses = List.copyOf(addresses);
        }
    }

    /** The core runs CNI on this network namespace, a path that can be opened until the sandbox is stopped. */
    record Unattached(Path netns) implements SandboxNetwork {}
}
