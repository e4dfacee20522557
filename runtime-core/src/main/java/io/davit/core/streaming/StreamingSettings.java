package io.davit.core.streaming;

import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;

/** The section {@code [streaming]} of the configuration: where kubectl exec, attach and port-forward connect to. */
public record StreamingSettings(
        @Setting(
                value = "127.0.0.1",
                comment = "Address to listen on. The kubelet connects from the same node, so loopback is enough; any"
                        + " other address needs TLS.")
        String address,

        @Setting(
                value = "0",
                comment = "Port to listen on; 0 lets the kernel choose, the kubelet learns it with each URL.")
        int port,

        @Setting(value = "4h", comment = "A connection on which nothing moves for so long is closed; 0s: never.")
        Duration idleTimeout,

        @Setting(value = "30s", comment = "How long a client may take to open the streams it asked for.")
        Duration creationTimeout,

        @Setting(value = "1m", comment = "How long a URL given out is good for.")
        Duration tokenLifetime,

        @Setting(value = "500", comment = "Connections at the same time; a further one is told to come back (429).")
        int connectionsMax,

        @Setting(value = "", comment = "Certificate chain for TLS, a PEM file; empty: plain HTTP.")
        Path tlsCertificate,

        @Setting(value = "", comment = "Private key for TLS, a PEM file in PKCS#8 form (BEGIN PRIVATE KEY).")
        Path tlsKey,

        @Setting(
                value = "",
                comment = "CA certificates, a PEM file; only clients with a certificate of theirs may connect. Empty:"
                        + " the one-time token of the URL is enough.")
        Path tlsClientCa) {
    private static final int PORT_MAX = 65_535;

    public StreamingSettings {
        Problems problems = new Problems();
        if (address.isBlank()) problems.add("address", "empty; the default is 127.0.0.1");
        if (port < 0 || port > PORT_MAX) problems.add("port", port + " is not within 0.." + PORT_MAX);
        if (idleTimeout.isNegative()) problems.add("idle-timeout", "negative");
        if (!creationTimeout.isPositive()) problems.add("creation-timeout", "must be more than 0");
        if (!tokenLifetime.isPositive()) problems.add("token-lifetime", "must be more than 0");
        if (connectionsMax < 1) problems.add("connections-max", connectionsMax + " is less than 1");
        if (isSet(tlsCertificate) != isSet(tlsKey)) {
            problems.add("tls-certificate", "a certificate needs its key and a key its certificate; set both");
        }
        if (isSet(tlsClientCa) && !isSet(tlsKey)) {
            problems.add("tls-client-ca", "needs tls-certificate and tls-key as well");
        }
        if (!isSet(tlsCertificate) && isOtherMachines(address)) {
            problems.add(
                    "address", "would offer shells in clear text to the network; give tls-certificate and tls-key");
        }
        problems.throwIfAny();
    }

    /** A host's name is looked up, and judged, when the server starts. */
    private static boolean isOtherMachines(String address) {
        try {
            return !InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    boolean tls() {
        return isSet(tlsKey);
    }

    boolean clientCertificates() {
        return isSet(tlsClientCa);
    }

    private static boolean isSet(Path path) {
        return !path.toString().isEmpty();
    }
}
