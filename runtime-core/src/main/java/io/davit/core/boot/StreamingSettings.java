package io.davit.core.boot;

import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;

/** {@code [streaming]}: the HTTP server behind kubectl exec, attach and port-forward. */
public record StreamingSettings(
        @Setting(
                comment = "Address to listen on. The kubelet connects; anything but loopback needs tls-cert.",
                value = "127.0.0.1")
        String address,

        @Setting(comment = "TCP port; 0: a free one.", value = "0")
        int port,

        @Setting(comment = "How long the one-time address of a stream can be used.", value = "1m")
        Duration tokenTtl,

        @Setting(comment = "A stream on which nothing moved for so long is closed.", value = "4h")
        Duration idleTimeout,

        @Setting(comment = "PEM file with the server's certificate chain; empty: no TLS.", value = "")
        Path tlsCert,

        @Setting(comment = "PEM file with the private key of tls-cert.", value = "")
        Path tlsKey) {
    private static final int PORT_MAX = 65535;

    /** @throws io.davit.core.domain.Fault InvalidRequest with every key that is wrong */
    public StreamingSettings {
        Problems problems = new Problems();
        if (port < 0 || port > PORT_MAX) problems.add("port", "is not between 0 and " + PORT_MAX);
        if (!tokenTtl.isPositive()) problems.add("token-ttl", "must be longer than 0s");
        if (!idleTimeout.isPositive()) problems.add("idle-timeout", "must be longer than 0s");
        boolean tls = !tlsCert.toString().isEmpty();
        if (tls && tlsKey.toString().isEmpty()) problems.add("tls-key", "is empty, but tls-cert is given");
        if (!tls && !tlsKey.toString().isEmpty()) problems.add("tls-cert", "is empty, but tls-key is given");
        checkAddress(address, tls, problems);
        problems.throwIfAny();
    }

    private static void checkAddress(String address, boolean tls, Problems problems) {
        try {
            InetAddress literal = InetAddress.ofLiteral(address);
            if (!tls && !literal.isLoopbackAddress()) {
                problems.add("address", "would offer shells in clear text to the network; give tls-cert and tls-key");
            }
        } catch (IllegalArgumentException _) {
            problems.add("address", "'" + address + "' is no IP address");
        }
    }
}
