package io.davit.core.observe;

import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** The section {@code [metrics]} of the configuration: where the daemon's own metrics can be read. */
public record MetricsSettings(
        @Setting(
                value = "",
                comment =
                        "Where Prometheus reads the daemon's own metrics (GET /metrics, plain HTTP): ADDRESS:PORT with"
                                + " an address of loopback, such as 127.0.0.1:9759, or the absolute path of a unix socket,"
                                + " whose mode is 0660. Empty: nowhere, and nothing is counted.")
        String address) {
    private static final int PORT_MAX = 65_535;

    public MetricsSettings {
        Problems problems = new Problems();
        String wrong = address.isEmpty() || address.startsWith("/") ? "" : wrongWith(address);
        if (!wrong.isEmpty()) problems.add("address", "'" + address + "' " + wrong);
        problems.throwIfAny();
    }

    /** What is wrong with what should be an address and a port; empty: nothing. */
    private static String wrongWith(String address) {
        if (address.startsWith("unix:")) return "is a URL; write the path of the socket alone, /run/davit/metrics.sock";
        int colon = address.lastIndexOf(':');
        if (colon < 1) return "has no port; write it as 127.0.0.1:9759, or an absolute path for a unix socket";
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            if (port < 1 || port > PORT_MAX) return "has a port that is not within 1.." + PORT_MAX;
            if (host(address).isLoopbackAddress()) return "";
            return "can be reached from other machines, and there is neither TLS nor a password; use 127.0.0.1 or"
                    + " [::1], with an agent or proxy of your own in front";
        } catch (NumberFormatException _) {
            return "has no number as its port";
        } catch (IllegalArgumentException _) {
            return "does not begin with an address in digits, such as 127.0.0.1 or [::1]";
        }
    }

    /** Without the brackets of IPv6. Names are not looked up: what they mean can change. */
    private static InetAddress host(String address) {
        String host = address.substring(0, address.lastIndexOf(':'));
        if (host.equals("localhost")) return InetAddress.ofLiteral("127.0.0.1");
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return InetAddress.ofLiteral(bracketed ? host.substring(1, host.length() - 1) : host);
    }

    public boolean isOn() {
        return !address.isEmpty();
    }

    public boolean isUnixSocket() {
        return address.startsWith("/");
    }

    public Path socket() {
        return Path.of(address).normalize();
    }

    InetSocketAddress loopback() {
        return new InetSocketAddress(host(address), Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }
}
