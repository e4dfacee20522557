package io.davit.core.streaming;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

/** The JDK's WebSocket client, with whole messages to wait for. */
final class WebSocketClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final List<byte[]> kept = new ArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final CompletableFuture<byte[]> pong = new CompletableFuture<>();
    private final WebSocket socket;

    private WebSocketClient(String url, String... protocols) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (protocols.length > 0) {
            builder.subprotocols(protocols[0], Arrays.copyOfRange(protocols, 1, protocols.length));
        }
        socket = builder.buildAsync(URI.create(url.replaceFirst("^http", "ws")), new Listener())
                .join();
    }

    static WebSocketClient connect(String url, String... protocols) {
        return new WebSocketClient(url, protocols);
    }

    String protocol() {
        return socket.getSubprotocol();
    }

    void send(int channel, String text) {
        send(channel, text.getBytes(StandardCharsets.UTF_8));
    }

    void send(int channel, byte[] bytes) {
        ByteBuffer message =
                ByteBuffer.allocate(bytes.length + 1).put((byte) channel).put(bytes);
        socket.sendBinary(message.flip(), true).join();
    }

    void sendText(String text) {
        socket.sendText(text, true).join();
    }

    /** A part of a message. */
    void sendPart(byte[] bytes, boolean last) {
        socket.sendBinary(ByteBuffer.wrap(bytes), last).join();
    }

    byte[] ping(String text) throws InterruptedException, ExecutionException {
        socket.sendPing(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))).join();
        return pong.get();
    }

    /** The next message with its channel byte, as text. */
    String next() throws InterruptedException {
        return new String(messages.take(), StandardCharsets.ISO_8859_1);
    }

    /** What comes on a channel until its text ends so; what comes on others meanwhile is kept for their readers. */
    String readUntil(int channel, String end) throws InterruptedException {
        StringBuilder all = new StringBuilder();
        while (!all.toString().endsWith(end)) {
            byte[] message = nextOf(channel);
            all.append(new String(message, 1, message.length - 1, StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    private byte[] nextOf(int channel) throws InterruptedException {
        for (byte[] message : kept) {
            if (message[0] == channel) {
                kept.remove(message);
                return message;
            }
        }
        while (true) {
            byte[] message = messages.take();
            if (message[0] == channel) return message;
            kept.add(message);
        }
    }

    /** The status of the server's goodbye. */
    int awaitClose() throws InterruptedException, ExecutionException {
        return closed.get();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    private final class Listener implements WebSocket.Listener {
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            return part(from, bytes, last);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            return part(from, data.toString().getBytes(StandardCharsets.UTF_8), last);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            pong.complete(bytes);
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }

        private CompletionStage<?> part(WebSocket from, byte[] bytes, boolean last) {
            message.writeBytes(bytes);
            if (last) {
                messages.add(message.toByteArray());
                message.reset();
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }
}
