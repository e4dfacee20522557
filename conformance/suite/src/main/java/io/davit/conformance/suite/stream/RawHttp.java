package io.davit.conformance.suite.stream;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An HTTP/1.1 request by hand, and the head of its answer; the protocol after an upgrade goes on in the socket. */
public record RawHttp(Socket socket, int status, String head) implements AutoCloseable {
    private static final int READ_MILLIS_MAX = 20_000;

    /** @param headers whole lines, without their end */
    public static RawHttp request(String method, String url, String... headers) throws IOException {
        URI uri = URI.create(url);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(READ_MILLIS_MAX);
        StringBuilder request = new StringBuilder(method + " " + uri.getRawPath());
        if (uri.getRawQuery() != null) request.append('?').append(uri.getRawQuery());
        request.append(" HTTP/1.1\r\nHost: ").append(uri.getAuthority()).append("\r\n");
        Arrays.stream(headers).forEach(header -> request.append(header).append("\r\n"));
        socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String head = head(socket.getInputStream());
        return new RawHttp(socket, Integer.parseInt(head.split(" ", 3)[1]), head);
    }

    /** Asks for SPDY as Kubernetes' clients do. */
    public static RawHttp spdy(String url, String... versions) throws IOException {
        return request(
                "POST",
                url,
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                "X-Stream-Protocol-Version: " + String.join(", ", versions),
                "Content-Length: 0");
    }

    /** Asks for a WebSocket by hand: the JDK's client refuses names with a slash, as RFC 6455 does. */
    static RawHttp webSocket(String url, String protocol) throws IOException {
        return request(
                "GET",
                url,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol: " + protocol);
    }

    /** The value of a header of the answer; empty if it has none. */
    public String header(String name) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) throw new IOException("the server closed the connection after: " + head);
            head.append((char) next);
        }
        return head.toString();
    }
}
