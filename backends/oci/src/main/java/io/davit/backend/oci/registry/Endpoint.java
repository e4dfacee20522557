package io.davit.backend.oci.registry;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * One endpoint of the distribution API: what to ask and how to read the answer. Everything else (authentication,
 * redirects, retries, errors) is done by {@link RegistryCalls}.
 */
interface Endpoint<T> {
    String method();

    /** Below {@code /v2/REPOSITORY/}. */
    String path();

    /** Asked for before each attempt. */
    Map<String, String> headers();

    /** Reads a successful answer; an IOException is worth another attempt. */
    T read(Response response) throws IOException;

    /** A result in spite of a refusal (4xx other than 429); empty if the refusal is an error. */
    default Optional<T> refused() {
        return Optional.empty();
    }

    /** For messages: what is missing when the registry says 404. */
    String subject();

    /** Grows while content arrives: an attempt that got further does not count against the limit. */
    default long progress() {
        return 0;
    }
}
