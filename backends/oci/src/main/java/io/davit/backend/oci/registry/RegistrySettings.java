package io.davit.backend.oci.registry;

import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the configuration says of one registry: {@code [oci.registry."registry.example:5000"]}. Registries on this host
 * (localhost, 127.0.0.0/8, ::1) speak plain HTTP unless a certificate file is set for them; every other one speaks HTTPS
 * unless told otherwise.
 *
 * @param mirrors tried in order before the registry itself; settings of a mirror stand in its own table
 * @param caFile empty: the host's certificate authorities alone
 * @param clientCertificate empty: none
 * @param clientKey empty: none
 * @param authFile empty: none
 * @param credentialHelper empty: none
 * @param signatureKeyFile empty: signatures are not looked at
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
        Path clientKey,

        @Setting(
                comment = "File in the form of docker's config.json with credentials for this registry, used when a"
                        + " request brings none. Read at each login.",
                value = "")
        Path authFile,

        @Setting(
                comment = "Credential helper for this registry: NAME of a program docker-credential-NAME, or an"
                        + " absolute path. Asked before auth-file.",
                value = "")
        String credentialHelper,

        @Setting(
                comment = "PEM file with public keys (ECDSA, as cosign makes them). Images of this registry are refused"
                        + " unless one of the keys has signed them. Read at each pull.",
                value = "")
        Path signatureKeyFile) {
    private static final Path NONE = Path.of("");
    private static final Pattern MIRROR =
            Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])(:\\d{1,5})?(/[A-Za-z0-9._/-]*)?");

    /** What holds for a registry without a table. */
    public static final RegistrySettings PLAIN_DEFAULTS = new RegistrySettings(false, List.of(), NONE, NONE, NONE);

    /** Without credentials and signatures. */
    RegistrySettings(boolean plainHttp, List<String> mirrors, Path caFile, Path clientCertificate, Path clientKey) {
        this(plainHttp, mirrors, caFile, clientCertificate, clientKey, NONE, "", NONE);
    }

    public RegistrySettings {
        mirrors = List.copyOf(mirrors);
        Problems problems = new Problems();
        for (String mirror : mirrors) {
            if (!MIRROR.matcher(mirror).matches()) {
                problems.add("mirrors", "'" + mirror + "' is not host[:port][/prefix]");
            }
        }
        if (isSet(clientCertificate) != isSet(clientKey)) {
            problems.add("client-key", "a client certificate and its key go together");
        }
        if (!credentialHelper.matches("([A-Za-z0-9._-]+|/\\S+)?")) {
            problems.add("credential-helper", "neither a name nor an absolute path: '" + credentialHelper + "'");
        }
        problems.throwIfAny();
    }

    /** Whether a file is named: the empty path stands for none. */
    static boolean isSet(Path file) {
        return !file.equals(NONE);
    }

    /** For other hosts that the registry sends us to. */
    RegistrySettings withoutClientCertificate() {
        return new RegistrySettings(
                plainHttp, mirrors, caFile, NONE, NONE, authFile, credentialHelper, signatureKeyFile);
    }

    boolean hasCertificates() {
        return isSet(caFile) || isSet(clientCertificate);
    }
}
