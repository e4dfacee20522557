package io.davit.conformance.suite.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A SPDY/3.1 client as the kubelet and crictl have one: it opens streams, the server answers. Netty makes the frames. */
public final class SpdyClient implements AutoCloseable {
    private static final int DATA_BYTES_MAX = 32 * 1024;
    private static final ChannelHandler[] NONE = {};

    private final Socket socket;
    private final String version;
    private final EmbeddedChannel encoder;
    private final EmbeddedChannel decoder;
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private int nextId = 1;

    private SpdyClient(RawHttp http, String version, ChannelHandler[] inbound, ChannelHandler[] outbound) {
        this.socket = http.socket();
        this.version = version;
        this.decoder = new EmbeddedChannel(inbound);
        this.encoder = new EmbeddedChannel(outbound);
        for (EmbeddedChannel channel : List.of(decoder, encoder)) {
            channel.pipeline().addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        }
        Thread.ofVirtual().start(this::readAll);
    }

    /**
     * Upgrades a connection.
     *
     * @param versions of the protocol above SPDY, best first
     * @throws IOException with the head of the answer if it is not 101
     */
    public static SpdyClient connect(String url, String... versions) throws IOException {
        RawHttp http = upgraded(RawHttp.spdy(url, versions));
        return new SpdyClient(http, http.header("X-Stream-Protocol-Version"), NONE, NONE);
    }

    /**
     * Upgrades a connection to a WebSocket whose messages carry SPDY (KEP-4006).
     *
     * @throws IOException with the head of the answer if it is not 101
     */
    public static SpdyClient tunnelled(String url, String version) throws IOException {
        RawHttp http = upgraded(RawHttp.webSocket(url, "SPDY/3.1+" + version));
        return new SpdyClient(http, version, Tunnel.inbound(), Tunnel.outbound());
    }

    private static RawHttp upgraded(RawHttp http) throws IOException {
        if (http.status() == 101) return http;
        http.close();
        throw new IOException("the server does not upgrade: " + http.head());
    }

    /** The version that the server chose. */
    public String version() {
        return version;
    }

    public Stream open(Map<String, String> headers) throws IOException {
        Stream stream = new Stream(nextId);
        nextId += 2;
        streams.put(stream.id, stream);
        DefaultSpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(stream.id, 0, (byte) 0);
        headers.forEach((name, value) -> frame.headers().set(name, value));
        send(frame);
        return stream;
    }

    /** @param type error, stdin, stdout, stderr or resize */
    public Stream open(String type) throws IOException {
        return open(Map.of("streamtype", type));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private synchronized void send(Object frame) throws IOException {
        encoder.writeOutbound(frame);
        for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
            socket.getOutputStream().write(ByteBufUtil.getBytes(part));
            part.release();
        }
    }

    private void readAll() {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = socket.getInputStream();
            for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
                decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
                for (Object frame = decoder.readInbound(); frame != null; frame = decoder.readInbound()) {
                    received(frame);
                }
            }
        } catch (IOException _) { // the end, by whomever
        } finally {
            streams.values().forEach(stream -> stream.incoming.breakOff());
        }
    }

    /** A quiet connection is no error: the tests' own waits are bounded. */
    private static int read(InputStream in, byte[] buffer) throws IOException {
        while (true) {
            try {
                return in.read(buffer);
            } catch (SocketTimeoutException _) { // look again
            }
        }
    }

    private void received(Object frame) throws IOException {
        switch (frame) {
            case SpdyDataFrame data -> {
                byte[] bytes = ByteBufUtil.getBytes(data.content());
                boolean last = data.isLast();
                data.release();
                stream(data.streamId()).ifPresent(stream -> {
                    stream.incoming.add(bytes);
                    if (last) stream.incoming.end();
                });
            }
            // Kubernetes' clients read an end here, and servers rely on it: containerd never finishes its error stream.
            case SpdyRstStreamFrame reset -> stream(reset.streamId()).ifPresent(stream -> stream.incoming.end());
            case SpdyPingFrame ping -> send(ping);
            default -> {} // replies, settings, windows and goodbyes say nothing that the data does not
        }
    }

    private Optional<Stream> stream(int id) {
        return Optional.ofNullable(streams.get(id));
    }

    /** A stream that this client has opened. */
    public final class Stream {
        private final int id;
        private final Incoming incoming = new Incoming();

        private Stream(int id) {
            this.id = id;
        }

        public Incoming in() {
            return incoming;
        }

        public void write(byte[] bytes) throws IOException {
            for (int at = 0; at < bytes.length; at += DATA_BYTES_MAX) {
                int size = Math.min(DATA_BYTES_MAX, bytes.length - at);
                send(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes, at, size)));
            }
        }

        public void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Says that nothing more will be written. */
        public void finish() throws IOException {
            send(new DefaultSpdyDataFrame(id).setLast(true));
        }
    }
}
