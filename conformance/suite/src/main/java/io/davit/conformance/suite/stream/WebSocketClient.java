package io.davit.conformance.suite.stream;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A WebSocket client of the channel protocols: the first byte of each message is the channel's number. */
public final class WebSocketClient implements AutoCloseable {
    public static final int STDIN = 0;
    public static final int STDOUT = 1;
    public static final int STDERR = 2;
    public static final int ERROR = 3;
    public static final int RESIZE = 4;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, Incoming> channels = new ConcurrentHashMap<>();
    private final WebSocket socket;
    private boolean ended;

    private WebSocketClient(String url, String... protocols) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        builder.subprotocols(protocols[0], Arrays.copyOfRange(protocols, 1, protocols.length));
        socket = builder.buildAsync(URI.create(url.replaceFirst("^http", "ws")), new Listener())
                .join();
    }

    /**
     * Upgrades a connection.
     *
     * @param protocols to choose from, best first
     * @throws java.util.concurrent.CompletionException if the server does not upgrade
     */
    public static WebSocketClient connect(String url, String... protocols) {
        return new WebSocketClient(url, protocols);
    }

    public Incoming in(int channel) {
        return channels.computeIfAbsent(channel, _ -> new Incoming());
    }

    public void send(int channel, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message =
                ByteBuffer.allocate(bytes.length + 1).put((byte) channel).put(bytes);
        socket.sendBinary(message.flip(), true).join();
    }

    /** In the base64 protocols. */
    public void sendBase64(int channel, String text) {
        String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        socket.sendText(channel + encoded, true).join();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    private synchronized void received(byte[] message) {
        if (message.length > 0 && !ended) in(message[0]).add(Arrays.copyOfRange(message, 1, message.length));
    }

    private synchronized void end() {
        ended = true;
        for (int channel = STDIN; channel <= RESIZE; channel++) in(channel).end();
    }

    private final class Listener implements WebSocket.Listener {
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            message.writeBytes(bytes);
            if (last) {
                received(message.toByteArray());
                message.reset();
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last && !text.isEmpty()) {
                message.write(text.charAt(0) - '0');
                message.writeBytes(Base64.getDecoder().decode(text.substring(1)));
                received(message.toByteArray());
                message.reset();
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            end();
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            end();
        }
    }
}
