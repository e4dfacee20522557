package io.davit.backend.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A socket that answers as a Docker daemon would, or badly, as it is told. */
public final class FakeDaemon implements AutoCloseable {
    private static final Reply PONG = new Reply.Text("200 OK", "OK");

    private final Path socket;
    private final ServerSocketChannel listening;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private volatile String newest = "1.41";

    /** What follows a request. */
    public sealed interface Reply {
        record Text(String status, String body) implements Reply {}

        /** The body in chunks of one byte each. */
        record Chunks(String body) implements Reply {}

        /** Nothing, for ever. */
        record Silence() implements Reply {}

        /** The head of an answer, and then nothing. */
        record HalfAnswer() implements Reply {}

        record HangUp() implements Reply {}
    }

    private FakeDaemon(Path socket, ServerSocketChannel listening) {
        this.socket = socket;
        this.listening = listening;
    }

    public static FakeDaemon start(Path directory) {
        try {
            Path socket = directory.resolve("docker.sock");
            Files.deleteIfExists(socket);
            ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listening.bind(UnixDomainSocketAddress.of(socket));
            FakeDaemon daemon = new FakeDaemon(socket, listening);
            Thread.ofVirtual().name("fake-docker").start(daemon::accept);
            return daemon.on("/_ping", PONG).on("/info", new Reply.Text("200 OK", "{\"ServerVersion\":\"99\"}"));
        } catch (IOException e) {
            throw new AssertionError("no socket in " + directory, e);
        }
    }

    public Path socket() {
        return socket;
    }

    /** From now on requests whose path, without version and query, is this one get that reply. */
    public FakeDaemon on(String path, Reply reply) {
        replies.put(path, reply);
        return this;
    }

    /** From now on this is the newest version of the API that it names. */
    public FakeDaemon speaking(String version) {
        newest = version;
        return this;
    }

    /** What the last request to this path, without version and query, carried. */
    public String bodyOf(String path) {
        return bodies.getOrDefault(path, "");
    }

    /** Method and path with query of all requests. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Closes all connections, as a restart does. */
    public void drop() throws IOException {
        for (SocketChannel channel : open) channel.close();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = listening.accept();
                open.add(channel);
                Thread.ofVirtual().start(() -> serve(channel));
            }
        } catch (IOException _) {
            // close() asked for it
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            InputStream input = Channels.newInputStream(channel);
            OutputStream output = Channels.newOutputStream(channel);
            for (String head = head(input); !head.isEmpty(); head = head(input)) {
                String[] words = head.split(" ", 3);
                requests.add(words[0] + " " + words[1]);
                String path = words[1].replaceFirst("^/v\\d+\\.\\d+", "").replaceFirst("\\?.*", "");
                bodies.put(path, new String(input.readNBytes(length(head)), StandardCharsets.UTF_8));
                Reply unknown = new Reply.Text("404 Not Found", "{\"message\":\"no such thing\"}");
                if (!reply(replies.getOrDefault(path, unknown), output)) return;
            }
        } catch (IOException | InterruptedException _) {
            // The client has left, or the test is over.
        }
    }

    private boolean reply(Reply reply, OutputStream output) throws IOException, InterruptedException {
        switch (reply) {
            case Reply.Text(String status, String body) ->
                write(
                        output,
                        "HTTP/1.1 " + status
                                + "\r\nApi-Version: " + newest
                                + "\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
            case Reply.Chunks(String body) -> {
                write(output, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (char character : body.toCharArray()) write(output, "1\r\n" + character + "\r\n");
                write(output, "0\r\n\r\n");
            }
            case Reply.Silence _ -> Thread.sleep(Long.MAX_VALUE);
            case Reply.HalfAnswer _ -> {
                write(output, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
                Thread.sleep(Long.MAX_VALUE);
            }
            case Reply.HangUp _ -> {
                return false;
            }
        }
        return true;
    }

    private static void write(OutputStream output, String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String head(InputStream input) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = input.read();
            if (next < 0) return "";
            head.append((char) next);
        }
        return head.toString();
    }

    private static int length(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return 0;
    }

    @Override
    public void close() {
        try {
            listening.close();
            drop();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
