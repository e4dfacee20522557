package io.davit.core.streaming;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Versions of the remote command protocol over SPDY; the best first. */
enum SpdyVersion {
    V4("v4.channel.k8s.io"),
    V3("v3.channel.k8s.io"),
    V2("v2.channel.k8s.io"),
    V1("channel.k8s.io");

    private final String text;

    SpdyVersion(String text) {
        this.text = text;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(version -> version.text).toList();
    }

    static Optional<SpdyVersion> of(String text) {
        return Arrays.stream(values())
                .filter(version -> version.text.equals(text))
                .findFirst();
    }

    boolean hasResize() {
        return compareTo(V3) <= 0;
    }

    StatusForm statusForm() {
        return this == V4 ? StatusForm.JSON : StatusForm.TEXT;
    }
}
