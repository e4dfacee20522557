package io.davit.core.streaming;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Optional;

/** The path of a streaming URL: {@code /exec/TOKEN}, {@code /attach/TOKEN} or {@code /portforward/TOKEN}. */
record StreamPath(String kind, String token) {
    static StreamPath of(StreamRequest request, String token) {
        return new StreamPath(kind(request), token);
    }

    static Optional<StreamPath> parse(String uri) {
        String[] parts = new QueryStringDecoder(uri).path().split("/", -1);
        return parts.length == 3 && parts[0].isEmpty()
                ? Optional.of(new StreamPath(parts[1], parts[2]))
                : Optional.empty();
    }

    boolean fits(StreamRequest request) {
        return kind.equals(kind(request));
    }

    String text() {
        return "/" + kind + "/" + token;
    }

    private static String kind(StreamRequest request) {
        return switch (request) {
            case StreamRequest.Exec _ -> "exec";
            case StreamRequest.Attach _ -> "attach";
            case StreamRequest.PortForward _ -> "portforward";
        };
    }
}
