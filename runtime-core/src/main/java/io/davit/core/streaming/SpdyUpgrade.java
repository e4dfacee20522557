package io.davit.core.streaming;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Agrees with a client on the protocol inside SPDY/3.1. */
final class SpdyUpgrade {
    static final String SPDY = "SPDY/3.1";
    static final String PORT_FORWARD = "portforward.k8s.io";
    private static final String VERSION_HEADER = "X-Stream-Protocol-Version";
    private static final String ACCEPTED_HEADER = "X-Accepted-Stream-Protocol-Versions";

    private final StreamTargets targets;
    private final Duration creationLimit;

    SpdyUpgrade(StreamTargets targets, Duration creationLimit) {
        this.targets = targets;
        this.creationLimit = creationLimit;
    }

    Upgrade negotiate(HttpRequest http, StreamRequest request) throws Refusal {
        List<String> offered = HeaderList.of(http, VERSION_HEADER);
        if (offered.isEmpty()) {
            throw new Refusal(HttpResponseStatus.BAD_REQUEST, "the header " + VERSION_HEADER + " is missing");
        }
        return switch (request) {
            case StreamRequest.Command command -> {
                String chosen = choose(offered, SpdyVersion.names());
                yield upgrade(chosen, channel -> command(channel, command, chosen));
            }
            case StreamRequest.PortForward forward ->
                upgrade(choose(offered, List.of(PORT_FORWARD)), channel -> portForward(channel, forward));
        };
    }

    SpdyPortForward portForward(Channel channel, StreamRequest.PortForward request) {
        return new SpdyPortForward(channel, new PortForwarding(targets, request), creationLimit);
    }

    private Conversation command(Channel channel, StreamRequest.Command request, String version) {
        return new SpdyCommand(
                channel, targets, request, SpdyVersion.of(version).orElseThrow(), creationLimit);
    }

    /** The client's first choice among those we have. */
    private static String choose(List<String> offered, List<String> accepted) throws Refusal {
        Optional<String> chosen = offered.stream().filter(accepted::contains).findFirst();
        if (chosen.isPresent()) return chosen.get();
        throw new Refusal(HttpResponseStatus.FORBIDDEN, "none of " + offered + " is served here; " + accepted + " are")
                .with(ACCEPTED_HEADER, String.join(", ", accepted));
    }

    private static Upgrade upgrade(String version, Function<Channel, Conversation> takeOver) {
        HttpHeaders headers = new DefaultHttpHeaders()
                .add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .add(HttpHeaderNames.UPGRADE, SPDY)
                .add(VERSION_HEADER, version);
        return new Upgrade(headers, takeOver);
    }
}
