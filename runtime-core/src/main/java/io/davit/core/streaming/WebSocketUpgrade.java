package io.davit.core.streaming;

import io.davit.core.streaming.websocket.ChannelProtocol;
import io.davit.core.streaming.websocket.ControlFrames;
import io.davit.core.streaming.websocket.Tunnel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Agrees with a client on the protocol inside a WebSocket (RFC 6455 section 4.2). */
final class WebSocketUpgrade {
    /**
     * Its messages carry what the connection would carry after an upgrade to SPDY (KEP-4006): the name that Kubernetes
     * uses, and the one that the text of the KEP and of the feature PortForwardWebsockets has for the same.
     */
    private static final List<String> TUNNELS =
            List.of(SpdyUpgrade.SPDY + "+" + SpdyUpgrade.PORT_FORWARD, "v2." + SpdyUpgrade.PORT_FORWARD);

    private static final String VERSION = "13";
    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int PORTS_MAX = 64;

    private final StreamTargets targets;
    private final SpdyUpgrade spdy;

    WebSocketUpgrade(StreamTargets targets, SpdyUpgrade spdy) {
        this.targets = targets;
        this.spdy = spdy;
    }

    Upgrade negotiate(HttpRequest http, StreamRequest request) throws Refusal {
        String key = checkedKey(http);
        List<String> offered = HeaderList.of(http, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        String chosen = choose(offered.isEmpty() ? List.of("") : offered, accepted(request));
        HttpHeaders headers = new DefaultHttpHeaders()
                .add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .add(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .add(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
        if (!chosen.isEmpty()) headers.add(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, chosen);
        return new Upgrade(headers, takeOver(http, request, chosen));
    }

    private Function<Channel, Conversation> takeOver(HttpRequest http, StreamRequest request, String protocol)
            throws Refusal {
        return switch (request) {
            case StreamRequest.Command command ->
                channel -> new WebSocketCommand(channel, targets, command, channelProtocol(protocol));
            case StreamRequest.PortForward forward
            when TUNNELS.contains(protocol) ->
                channel -> {
                    Supplier<ChannelFuture> goodbye = ControlFrames.install(channel);
                    Tunnel.install(channel);
                    return new TunnelledConversation(spdy.portForward(channel, forward), goodbye);
                };
            case StreamRequest.PortForward forward -> {
                List<Integer> ports = ports(http, forward);
                PortForwarding forwarding = new PortForwarding(targets, forward);
                yield channel -> new WebSocketPortForward(channel, forwarding, ports, channelProtocol(protocol));
            }
        };
    }

    private static ChannelProtocol channelProtocol(String name) {
        return ChannelProtocol.of(name).orElseThrow();
    }

    private static List<String> accepted(StreamRequest request) {
        List<String> accepted = new ArrayList<>(ChannelProtocol.names());
        if (request instanceof StreamRequest.PortForward) accepted.addAll(0, TUNNELS);
        return accepted;
    }

    /** The client's first choice among those we have. */
    private static String choose(List<String> offered, List<String> accepted) throws Refusal {
        Optional<String> chosen = offered.stream().filter(accepted::contains).findFirst();
        if (chosen.isPresent()) return chosen.get();
        throw new Refusal(HttpResponseStatus.FORBIDDEN, "none of " + offered + " is served here; " + accepted + " are");
    }

    private static String checkedKey(HttpRequest http) throws Refusal {
        if (!http.method().equals(HttpMethod.GET)) {
            throw new Refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "a WebSocket begins with GET")
                    .with(HttpHeaderNames.ALLOW, "GET");
        }
        if (!HeaderList.contains(http, HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION)) {
            throw new Refusal(HttpResponseStatus.UPGRADE_REQUIRED, "only WebSocket version " + VERSION + " is served")
                    .with(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        Optional<String> key = Optional.ofNullable(http.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
        return key.orElseThrow(
                () -> new Refusal(HttpResponseStatus.BAD_REQUEST, "the header Sec-WebSocket-Key is missing"));
    }

    /** Those of the RPC; where it named none, those of the URL's query. */
    private static List<Integer> ports(HttpRequest http, StreamRequest.PortForward request) throws Refusal {
        List<Integer> ports = request.ports().isEmpty() ? queriedPorts(http.uri()) : request.ports();
        if (!ports.isEmpty() && ports.size() <= PORTS_MAX) return ports;
        throw new Refusal(
                HttpResponseStatus.BAD_REQUEST,
                "name 1 to " + PORTS_MAX + " ports with port=, each within 1..65535; these are " + ports.size());
    }

    private static List<Integer> queriedPorts(String uri) {
        return new QueryStringDecoder(uri)
                .parameters().entrySet().stream()
                        .filter(parameter -> parameter.getKey().equals("port"))
                        .map(Map.Entry::getValue)
                        .flatMap(List::stream)
                        .flatMap(list -> Arrays.stream(list.split(",", -1)))
                        .flatMap(port -> StreamRequest.PortForward.parsePort(port).stream())
                        .toList();
    }

    private static String accept(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
