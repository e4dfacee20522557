package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;

/**
 * Proves to one host who we are, for one repository. Credentials that are not meant for the host count as none. The
 * proof is kept while it works; parallel downloads share it. Thread-safe.
 */
final class Authorizer {
    private final HttpTransport transport;
    private final RegistryHost host;
    private final String scope;
    /** Of the request. */
    private final Credentials given;

    private final StoredCredentials stored;

    /** The value of the Authorization header that worked last. Guarded by this. */
    private Optional<Secret> proof;

    Authorizer(
            HttpTransport transport,
            RegistryHost host,
            String scope,
            Credentials credentials,
            StoredCredentials stored) {
        this.transport = transport;
        this.host = host;
        this.scope = scope;
        this.given = host.isMeantBy(credentials.serverAddress()) ? credentials : new Credentials.Anonymous();
        this.stored = stored;
        this.proof = given instanceof Credentials.RegistryToken(Secret token, String _)
                ? Optional.of(bearer(token))
                : Optional.empty();
    }

    synchronized Optional<Secret> proof() {
        return proof;
    }

    /**
     * Gets a new proof after the host has refused {@code refused}.
     *
     * @return empty if there is nothing better to show
     * @throws Fault Failed if the token server refuses
     */
    synchronized Optional<Secret> renew(Optional<Secret> refused, Response refusal) throws IOException {
        // Another download was refused first and has done it already.
        if (!proof.equals(refused)) return proof;
        Optional<Challenge> challenge = Challenge.best(refusal.headers().allValues("WWW-Authenticate"));
        if (challenge.isEmpty()) return Optional.empty();
        // Only now: helpers take their time, and most registries let anybody read.
        Credentials credentials = given instanceof Credentials.Anonymous ? stored.of(host) : given;
        Optional<Secret> renewed = switch (challenge.get()) {
            case Challenge.Basic() -> basic(credentials);
            case Challenge.Bearer bearer -> token(bearer, credentials);
        };
        if (renewed.isEmpty() || renewed.equals(refused)) return Optional.empty();
        proof = renewed;
        return proof;
    }

    private static Optional<Secret> basic(Credentials credentials) {
        return credentials instanceof Credentials.UserPassword user
                ? Optional.of(new Secret(TokenEndpoint.basic(user)))
                : Optional.empty();
    }

    private Optional<Secret> token(Challenge.Bearer challenge, Credentials credentials) throws IOException {
        // A token given as it is cannot be renewed.
        if (credentials instanceof Credentials.RegistryToken(Secret token, String _)) return Optional.of(bearer(token));
        checkRealm(challenge.realm());
        HttpRequest request = TokenEndpoint.request(challenge, scope, credentials);
        String server = request.uri().getAuthority();
        try (Response answer = transport.send(request, host.settings())) {
            if (answer.isSuccess())
                return Optional.of(bearer(TokenEndpoint.read(server, answer.readAll(TokenEndpoint.TOKEN_BYTES_MAX))));
            if (answer.status() >= 500 || answer.status() == 429) {
                throw new IOException("the token server " + server + " answered HTTP " + answer.status());
            }
            throw Fault.failed(
                    "log in to the registry " + host,
                    "its token server " + server + " answered HTTP " + answer.status()
                            + RegistryError.of(answer).asSuffix());
        }
    }

    // The realm gets the password: it must be as private as the registry itself.
    private void checkRealm(String realm) {
        URI uri;
        try {
            uri = URI.create(realm);
        } catch (IllegalArgumentException e) {
            throw Fault.failed("log in to the registry " + host, e);
        }
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        boolean plain = "http".equalsIgnoreCase(uri.getScheme()) && host.isPlain();
        if (uri.getAuthority() == null || !(https || plain)) {
            throw Fault.failed("log in to the registry " + host, "it names '" + realm + "' as its token server");
        }
    }

    private static Secret bearer(Secret token) {
        return new Secret("Bearer " + token.reveal());
    }
}
