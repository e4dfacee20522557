package io.davit.core.domain;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What CNI did for a sandbox, with all that is needed to undo it later, even if the node's CNI configuration changed.
 *
 * @param addresses the first is the primary one
 * @param interfaceName inside the sandbox, e.g. eth0
 * @param configuration the network configuration list that was used, as JSON text
 * @param result the last plugin's result, as JSON text
 * @param netns the network namespace it was done in
 */
public record NetworkAttachment(
        List<InetAddress> addresses, String interfaceName, String configuration, String result, Path netns) {
    public NetworkAttachment {
        addresses = List.copyOf(addresses);
    }
}
