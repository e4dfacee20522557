package io.davit.conformance.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** One connection to a Docker daemon that is kept and does no more than it must: what the calls themselves cost. */
final class EngineSocket implements AutoCloseable {
    private static final int FIRST_REFUSAL = 400;
    private static final int NOT_MODIFIED = 304;

    private final SocketChannel channel;
    private final InputStream input;
    private final OutputStream output;

    EngineSocket(Path socket) {
        try {
            this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            this.input = new BufferedInputStream(Channels.newInputStream(channel));
            this.output = Channels.newOutputStream(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("no Docker daemon at " + socket, e);
        }
    }

    /** @return the body of the answer; a refusal is an exception with it */
    String call(String method, String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length + "\r\n\r\n";
        try {
            output.write((head + json).getBytes(StandardCharsets.UTF_8));
            return answer(method + " " + path);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    private String answer(String call) throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:"))
                length = Integer.parseInt(lower.substring(15).strip());
            if (lower.equals("transfer-encoding: chunked")) chunked = true;
        }
        StringBuilder body = new StringBuilder();
        if (chunked) {
            for (int size = chunk(); size > 0; size = chunk()) {
                body.append(new String(input.readNBytes(size), StandardCharsets.UTF_8));
                line();
            }
            line();
        } else if (status != NOT_MODIFIED) {
            body.append(new String(input.readNBytes(length), StandardCharsets.UTF_8));
        }
        if (status >= FIRST_REFUSAL) throw new IOException(call + " was refused: " + status + " " + body);
        return body.toString();
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) throw new EOFException("the daemon has hung up");
            if (next != '\r') line.append((char) next);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
