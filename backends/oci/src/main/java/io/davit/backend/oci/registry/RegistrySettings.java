package io.davit.backend.oci.registry;

import io.davit.core.spi.Setting;
import java.nio.file.Path;
import java.util.List;

/**
 * What the configuration says of one registry: {@code [oci.registry."registry.example:5000"]}. Registries on this host
 * (localhost, 127.0.0.0/8, ::1) speak plain HTTP unless a certificate file is set for them; every other one speaks HTTPS
 * unless told otherwise.
 *
 * @param mirrors tried in order before the registry itself; settings of a mirror stand in its own table
 * @param caFile empty: the host's certificate authorities alone
 * @param clientCertificate empty: none
 * @param clientKey empty: none
 */
public record RegistrySettings(
        @Setting(
                comment = "Speak plain HTTP to this registry. Registries on loopback addresses do so anyway.",
                value = "false")
        boolean plainHttp,

        @Setting(
                comment = "Hosts to ask before the registry itself, in this order: host[:port][/prefix], where the"
                        + " prefix goes in front of the repository. The registry's credentials are not sent to them.",
                value = "")
        List<String> mirrors,

        @Setting(comment = "PEM file of certificate authorities to trust besides the host's.", value = "")
        Path caFile,

        @Setting(comment = "PEM file with the client certificate (chain) to show to the registry.", value = "")
        Path clientCertificate,

        @Setting(comment = "PEM file (PKCS#8, not encrypted) with the key of the client certificate.", value = "")
        Path clientKey) {
    private static final Path NONE = Path.of("");

    /** What holds for a registry without a table. */
    public static final RegistrySettings PLAIN_DEFAULTS = new RegistrySettings(false, List.of(), NONE, NONE, NONE);

    public RegistrySettings {
        mirrors = List.copyOf(mirrors);
    }

    /** Whether a file is named: the empty path stands for none. */
    static boolean isSet(Path file) {
        return !file.equals(NONE);
    }

    boolean hasCertificates() {
        return isSet(caFile) || isSet(clientCertificate);
    }
}
