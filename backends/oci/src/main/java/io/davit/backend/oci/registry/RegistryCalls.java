package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Calls endpoints of one repository at one host: the only place that authenticates, follows redirects, tries again and
 * puts failures into words. Thread-safe.
 */
final class RegistryCalls {
    private static final int REDIRECTS_MAX = 10;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final HttpTransport transport;
    private final RegistryHost host;
    private final String repository;
    private final Authorizer authorizer;
    private final RetryPolicy policy;
    private final RandomGenerator random;

    RegistryCalls(
            HttpTransport transport,
            RegistryHost host,
            String repository,
            Credentials credentials,
            StoredCredentials stored,
            RetryPolicy policy,
            RandomGenerator random) {
        this.transport = transport;
        this.host = host;
        this.repository = host.prefix() + repository;
        String scope = "repository:" + this.repository + ":pull";
        this.authorizer = new Authorizer(transport, host, scope, credentials, stored);
        this.policy = policy;
        this.random = random;
    }

    RegistryHost host() {
        return host;
    }

    /**
     * Calls an endpoint until it answers or patience ends.
     *
     * @throws Fault KubeletReason REGISTRY_UNAVAILABLE if the registry does not answer or answers with its own failure,
     *     Absent if it does not know what was asked for, Failed if it refuses, Cancelled after an interrupt
     */
    <T> T call(Endpoint<T> endpoint) {
        int failures = 0;
        long progress = endpoint.progress();
        while (true) {
            switch (attempt(endpoint)) {
                case Attempt.Done<T>(T result) -> {
                    return result;
                }
                case Attempt.Again<T>(String why, Duration after) -> {
                    failures = endpoint.progress() > progress ? 1 : failures + 1;
                    progress = endpoint.progress();
                    if (failures == policy.attemptsMax()) throw unavailable(why, failures, endpoint);
                    pause(policy.delay(failures, after, random), endpoint);
                }
            }
        }
    }

    private <T> Attempt<T> attempt(Endpoint<T> endpoint) {
        try (Response response = authorized(endpoint)) {
            if (response.isSuccess()) return new Attempt.Done<>(endpoint.read(response));
            int status = response.status();
            if (status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) return again(response);
            Optional<T> spared = endpoint.refused();
            if (spared.isPresent()) return new Attempt.Done<>(spared.get());
            throw refused(response, endpoint);
        } catch (Response.TooLargeException e) {
            throw Fault.failed("fetch the " + endpoint.subject() + " from " + host, Fault.reason(e));
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) throw cancelled(endpoint, e);
            return new Attempt.Again<>(ConnectionFailure.describe(e, host), Duration.ZERO);
        }
    }

    private static <T> Attempt<T> again(Response response) {
        String why = "HTTP " + response.status() + RegistryError.of(response).asSuffix();
        return new Attempt.Again<>(why, retryAfter(response));
    }

    // Seconds; the other form, a date, no registry uses.
    private static Duration retryAfter(Response response) {
        return response.header("Retry-After")
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(Duration.ZERO);
    }

    private Response authorized(Endpoint<?> endpoint) throws IOException {
        Optional<Secret> proof = authorizer.proof();
        Response response = send(endpoint, proof);
        if (response.status() != UNAUTHORIZED || !isOurs(response.uri())) return response;
        Optional<Secret> renewed;
        try (response) {
            renewed = authorizer.renew(proof, response);
            if (renewed.isEmpty()) throw refused(response, endpoint);
        }
        return send(endpoint, renewed);
    }

    private Response send(Endpoint<?> endpoint, Optional<Secret> proof) throws IOException {
        URI uri = URI.create(host.base() + "/v2/" + repository + "/" + endpoint.path());
        for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
            Response response = transport.send(request(endpoint, uri, proof), settings(uri));
            Optional<String> location = response.header("Location");
            if (!response.isRedirect() || location.isEmpty()) return response;
            response.close();
            uri = redirected(uri, location.get(), endpoint);
        }
        throw Fault.failed("fetch the " + endpoint.subject() + " from " + host, "more than 10 redirects");
    }

    private HttpRequest request(Endpoint<?> endpoint, URI uri, Optional<Secret> proof) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(endpoint.method(), HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", "davit");
        endpoint.headers().forEach(request::header);
        // To the registry itself and nobody else: storage behind a redirect has its own signature in the URL.
        if (isOurs(uri)) proof.ifPresent(secret -> request.header("Authorization", secret.reveal()));
        return request.build();
    }

    // Not even who we are is anybody else's business.
    private RegistrySettings settings(URI uri) {
        return isOurs(uri) ? host.settings() : host.settings().withoutClientCertificate();
    }

    private boolean isOurs(URI uri) {
        return host.base().getScheme().equals(uri.getScheme())
                && host.base().getAuthority().equalsIgnoreCase(uri.getAuthority());
    }

    private URI redirected(URI from, String location, Endpoint<?> endpoint) {
        String doing = "fetch the " + endpoint.subject() + " from " + host;
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.failed(doing, "it redirects to something that is no URL")
                            .kind(),
                    e);
        }
        boolean https = "https".equals(to.getScheme());
        boolean plain = "http".equals(to.getScheme()) && host.isPlain();
        if (to.getAuthority() == null || !(https || plain)) {
            throw Fault.failed(doing, "it redirects to " + to.getScheme() + "://" + to.getAuthority());
        }
        return to;
    }

    private Fault refused(Response response, Endpoint<?> endpoint) {
        int status = response.status();
        String answer = "HTTP " + status + RegistryError.of(response).asSuffix();
        String where = isOurs(response.uri()) ? host.toString() : response.host() + " (redirected by " + host + ")";
        return switch (status) {
            case NOT_FOUND ->
                new Fault(new Fault.Kind.Absent(
                        endpoint.subject() + " in " + host + "/" + repository, host + " says " + answer));
            case UNAUTHORIZED, FORBIDDEN ->
                Fault.failed(
                        "fetch the " + endpoint.subject() + " of " + repository,
                        "the registry " + where + " refuses: " + answer
                                + "; it may need other credentials, or the repository does not exist");
            default -> Fault.failed("fetch the " + endpoint.subject() + " of " + repository, where + ": " + answer);
        };
    }

    private Fault unavailable(String why, int attempts, Endpoint<?> endpoint) {
        String what = " (" + attempts + " attempts to fetch the " + endpoint.subject() + " of " + repository + ")";
        return new Fault(new Fault.Kind.KubeletReason(Fault.Reason.REGISTRY_UNAVAILABLE, host + ": " + why + what));
    }

    private static void pause(Duration delay, Endpoint<?> endpoint) {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(endpoint, e);
        }
    }

    private static Fault cancelled(Endpoint<?> endpoint, Exception cause) {
        return new Fault(new Fault.Kind.Cancelled("fetching the " + endpoint.subject()), cause);
    }
}
