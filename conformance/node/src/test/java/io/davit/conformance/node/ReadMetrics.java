package io.davit.conformance.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** An HTTP answer of the daemon's metrics, on a unix socket or by TCP. */
public record ReadMetrics(String head, String body) {
    /** GET /metrics. */
    public static ReadMetrics from(SocketAddress address) throws IOException {
        return from(address, "GET /metrics HTTP/1.1\r\nHost: node\r\n\r\n");
    }

    /** @param request everything that is sent; the server closes the connection after its answer */
    public static ReadMetrics from(SocketAddress address, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address);
                InputStream in = Channels.newInputStream(channel)) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) return new ReadMetrics(answer, "");
            return new ReadMetrics(answer.substring(0, end), answer.substring(end + 4));
        }
    }

    /** By name with labels, as they are written. */
    public Map<String, Double> values() {
        return body.lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    }
}
