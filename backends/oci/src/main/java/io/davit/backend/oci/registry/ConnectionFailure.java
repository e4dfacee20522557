package io.davit.backend.oci.registry;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** What an operator can do with a connection that failed; the JDK's own messages are often empty. */
final class ConnectionFailure {
    private ConnectionFailure() {}

    static String describe(IOException failure, RegistryHost host) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnresolvedAddressException _, UnknownHostException _ -> {
                    return "the name " + host.base().getHost() + " cannot be resolved (DNS)";
                }
                case SSLException tls -> {
                    return describe(tls, host);
                }
                default -> {}
            }
        }
        if (failure instanceof ConnectException && failure.getMessage() == null) return "connection refused";
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static String describe(SSLException failure, RegistryHost host) {
        String text = "TLS: " + Fault.reason(failure);
        String table = "[oci.registry.\"" + host + "\"]";
        // What the JDK says to an answer that is no TLS record at all.
        if (text.toLowerCase(Locale.ROOT).contains("unrecognized ssl message")) {
            return text + "; if it speaks plain HTTP, set plain-http = true in " + table;
        }
        if (text.contains("PKIX")) return text + "; if its authority is a private one, set ca-file in " + table;
        return text;
    }
}
