package io.davit.core.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** A SPDY client with blocking streams; Netty's codec makes its frames, so that our own is not its own judge. */
final class SpdyClient implements AutoCloseable {
    private final Socket socket;
    private final String version;
    private final EmbeddedChannel encoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private final Semaphore mayRead = new Semaphore(1);
    private final BlockingQueue<Integer> pongs = new LinkedBlockingQueue<>();
    private final CountDownLatch goAway = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private int nextId = 1;

    private SpdyClient(RawHttp http) {
        this.socket = http.socket();
        this.version = http.header("X-Stream-Protocol-Version");
        Thread.ofPlatform().daemon().start(this::readAll);
    }

    static SpdyClient connect(String url, String... versions) throws IOException {
        RawHttp http = RawHttp.spdy(url, versions);
        if (http.status() != 101) throw new IOException(http.head());
        return new SpdyClient(http);
    }

    String version() {
        return version;
    }

    /** From here on nothing is read from the socket, as if the client had stopped. */
    void stopReading() throws InterruptedException {
        mayRead.acquire();
    }

    void readOn() {
        mayRead.release();
    }

    Stream open(Map<String, String> headers) throws IOException {
        Stream stream = new Stream(nextId);
        nextId += 2;
        streams.put(stream.id, stream);
        if (closed.getCount() == 0) stream.lose();
        DefaultSpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(stream.id, 0, (byte) 0);
        headers.forEach((name, value) -> frame.headers().set(name, value));
        send(frame);
        return stream;
    }

    Stream open(String type) throws IOException {
        return open(Map.of("streamtype", type));
    }

    int ping(int id) throws IOException, InterruptedException {
        send(new DefaultSpdyPingFrame(id));
        return pongs.take();
    }

    void awaitGoAway() throws InterruptedException {
        goAway.await();
    }

    void awaitEnd() throws InterruptedException {
        closed.await();
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
        EmbeddedChannel decoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = socket.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                mayRead.acquire();
                mayRead.release();
                decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
                for (Object frame = decoder.readInbound(); frame != null; frame = decoder.readInbound()) {
                    received(frame);
                }
            }
        } catch (IOException | InterruptedException _) { // the end, by whomever
        } finally {
            closed.countDown();
            streams.values().forEach(Stream::lose);
        }
    }

    private void received(Object frame) {
        switch (frame) {
            case SpdySynReplyFrame reply -> stream(reply.streamId()).replied.countDown();
            case SpdyDataFrame data -> {
                byte[] bytes = ByteBufUtil.getBytes(data.content());
                stream(data.streamId()).received.add(new Part(bytes, data.isLast(), false));
                data.release();
            }
            case SpdyRstStreamFrame reset -> {
                Stream stream = stream(reset.streamId());
                stream.received.add(new Part(new byte[0], true, true));
                stream.replied.countDown();
            }
            case SpdyPingFrame ping -> pongs.add(ping.id());
            case SpdyGoAwayFrame _ -> goAway.countDown();
            default -> throw new IllegalStateException("unexpected frame " + frame);
        }
    }

    private Stream stream(int id) {
        return Objects.requireNonNull(streams.get(id));
    }

    private record Part(byte[] bytes, boolean last, boolean reset) {}

    /** A stream this client has opened. */
    final class Stream {
        private final int id;
        private final CountDownLatch replied = new CountDownLatch(1);
        private final BlockingQueue<Part> received = new LinkedBlockingQueue<>();

        private Stream(int id) {
            this.id = id;
        }

        /** The connection has ended: nobody waits for anything on this stream. */
        private void lose() {
            received.add(new Part(new byte[0], true, true));
            replied.countDown();
        }

        void awaitReply() throws InterruptedException {
            replied.await();
        }

        void write(byte[] bytes) throws IOException {
            send(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes)));
        }

        void write(String text) throws IOException {
            write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        void finish() throws IOException {
            send(new DefaultSpdyDataFrame(id).setLast(true));
        }

        void reset() throws IOException {
            send(new DefaultSpdyRstStreamFrame(id, 5));
        }

        /** The next bytes; empty at the end of the stream. */
        byte[] read() throws IOException, InterruptedException {
            Part part = received.take();
            if (part.reset()) throw new IOException("the stream was reset");
            return part.bytes();
        }

        String readAll() throws IOException, InterruptedException {
            StringBuilder all = new StringBuilder();
            for (byte[] bytes = read(); bytes.length > 0; bytes = read()) {
                all.append(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
            }
            return all.toString();
        }

        String readUntil(String end) throws IOException, InterruptedException {
            StringBuilder all = new StringBuilder();
            while (all.indexOf(end) < 0) {
                byte[] bytes = read();
                if (bytes.length == 0) throw new IOException("the stream ended after: " + all);
                all.append(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
            }
            return all.toString();
        }
    }
}
