package io.davit.core.streaming.websocket;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The WebSocket sub-protocols that number channels. A client that asks for none gets the oldest. */
public enum ChannelProtocol {
    V5("v5.channel.k8s.io", false),
    V4("v4.channel.k8s.io", false),
    V4_BASE64("v4.base64.channel.k8s.io", true),
    V1("channel.k8s.io", false),
    V1_BASE64("base64.channel.k8s.io", true),
    UNNAMED("", false);

    private final String text;
    private final boolean base64;

    ChannelProtocol(String text, boolean base64) {
        this.text = text;
        this.base64 = base64;
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(ChannelProtocol::text).toList();
    }

    public static Optional<ChannelProtocol> of(String text) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.text.equals(text))
                .findFirst();
    }

    public String text() {
        return text;
    }

    /** Messages are text: the channel's digit, then Base64. */
    boolean isBase64() {
        return base64;
    }

    /** The client may end one channel (KEP-4006); before, its standard input could not end. */
    boolean hasHalfClose() {
        return this == V5;
    }

    /** The exit code goes out as JSON. */
    public boolean hasJsonStatus() {
        return compareTo(V4_BASE64) <= 0;
    }
}
