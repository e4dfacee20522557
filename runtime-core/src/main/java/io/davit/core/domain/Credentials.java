package io.davit.core.domain;

/** How to prove to a registry who asks. {@code serverAddress} empty means the registry of the image. */
public sealed interface Credentials {
    record Anonymous() implements Credentials {}

    record UserPassword(String username, Secret password, String serverAddress) implements Credentials {}

    /** An OAuth refresh token. */
    record IdentityToken(Secret token, String serverAddress) implements Credentials {}

    /** A bearer token, sent as it is. */
    record RegistryToken(Secret token, String serverAddress) implements Credentials {}
}
