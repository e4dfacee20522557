package io.davit.core.streaming;

import io.davit.core.domain.Fault;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that stand for a request for a short while: each is good for one connection. Who holds a token may do what it
 * stands for, so it is 128 bits of a cryptographic generator and never logged. Safe for any thread.
 */
final class StreamTokens {
    static final int OPEN_MAX = 1_000;
    private static final int TOKEN_BYTES = 16;

    private final Clock clock;
    private final SecureRandom random;
    private final Duration lifetime;
    private final Map<String, Issued> open = new LinkedHashMap<>(); // guarded by this; oldest first

    StreamTokens(Clock clock, SecureRandom random, Duration lifetime) {
        this.clock = clock;
        this.random = random;
        this.lifetime = lifetime;
    }

    /** @throws Fault Exhausted while {@value #OPEN_MAX} tokens wait for their client */
    synchronized String issue(StreamRequest request) {
        Instant now = clock.instant();
        forgetOld(now);
        if (open.size() >= OPEN_MAX) throw exhausted();
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        open.put(token, new Issued(request, now.plus(lifetime)));
        return token;
    }

    /** What the token stands for, once; empty if it is unknown, used or too old. */
    synchronized Optional<StreamRequest> redeem(String token) {
        return Optional.ofNullable(open.remove(token))
                .filter(issued -> issued.until().isAfter(clock.instant()))
                .map(Issued::request);
    }

    private void forgetOld(Instant now) {
        Iterator<Issued> oldestFirst = open.values().iterator();
        while (oldestFirst.hasNext() && !oldestFirst.next().until().isAfter(now)) {
            oldestFirst.remove();
        }
    }

    private Fault exhausted() {
        return new Fault(new Fault.Kind.Exhausted(
                "streaming tokens",
                OPEN_MAX + " URLs of Exec, Attach and PortForward wait for their client; a URL that nobody uses is"
                        + " forgotten after " + lifetime.toSeconds() + " s"));
    }

    private record Issued(StreamRequest request, Instant until) {}
}
