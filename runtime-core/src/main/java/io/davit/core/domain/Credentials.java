package io.davit.core.domain;

/** How to prove to a registry who asks. {@code serverAddress} empty means the registry of the image. */
public sealed interface Credentials {
    /** Host or URL of the registry they are for. */
    String serverAddress();

    /**
     * Whether an address that stands with credentials, a host or a URL, names a registry.
     *
     * @param registry a host with an optional port
     */
    static boolean isOf(String registry, String serverAddress) {
        String rest = serverAddress.replaceFirst("^https?://", "");
        int slash = rest.indexOf('/');
        String host = slash < 0 ? rest : rest.substring(0, slash);
        // Docker's login calls its hub by these names.
        if (host.equals("index.docker.io") || host.equals("registry-1.docker.io")) host = "docker.io";
        return host.equalsIgnoreCase(registry);
    }

    record Anonymous() implements Credentials {
        @Override
        public String serverAddress() {
            return "";
        }
    }

    record UserPassword(String username, Secret password, String serverAddress) implements Credentials {}

    /** An OAuth refresh token. */
    record IdentityToken(Secret token, String serverAddress) implements Credentials {}

    /** A bearer token, sent as it is. */
    record RegistryToken(Secret token, String serverAddress) implements Credentials {}
}
