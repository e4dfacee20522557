package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.streaming.websocket.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PortForward as kubectl does it since 1.31 (KEP-4006): SPDY in the messages of a WebSocket. */
@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class TunnelledPortForwardTest {
    /** The JDK's own client refuses the name, because RFC 6455 allows no slash in it. */
    private static final String PROTOCOL = "SPDY/3.1+portforward.k8s.io";

    @ParameterizedTest
    @ValueSource(strings = {PROTOCOL, "v2.portforward.k8s.io"})
    void a_pair_of_streams_is_a_connection(String protocol) throws IOException {
        try (ServerOnHost server = new ServerOnHost();
                EchoPort echo = new EchoPort()) {
            RawHttp http = RawHttp.request(
                    "GET",
                    server.forward(),
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Protocol: " + protocol);
            assertThat(http.status()).isEqualTo(101);
            assertThat(http.header("Sec-WebSocket-Protocol")).isEqualTo(protocol);
            EmbeddedChannel client = client();

            client.writeOutbound(
                    opening(1, "error", echo.number()),
                    opening(3, "data", echo.number()),
                    new DefaultSpdyDataFrame(3, Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8)).setLast(true));
            for (ByteBuf bytes = client.readOutbound(); bytes != null; bytes = client.readOutbound()) {
                http.socket().getOutputStream().write(ByteBufUtil.getBytes(bytes));
            }

            assertThat(answer(client, http.socket().getInputStream())).isEqualTo("hello");
            http.socket().close();
        }
    }

    private static EmbeddedChannel client() {
        WebSocketDecoderConfig config =
                WebSocketDecoderConfig.newBuilder().expectMaskedFrames(false).build();
        EmbeddedChannel client =
                new EmbeddedChannel(new WebSocket13FrameDecoder(config), new WebSocket13FrameEncoder(true));
        Tunnel.install(client);
        client.pipeline().addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        return client;
    }

    private static SpdySynStreamFrame opening(int id, String type, int port) {
        SpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        frame.headers()
                .set("streamtype", type)
                .set("port", Integer.toString(port))
                .set("requestid", "0");
        return frame;
    }

    /** What comes on stream 3 up to its end. */
    private static String answer(EmbeddedChannel client, InputStream socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[1000];
        for (int count = socket.read(buffer); count >= 0; count = socket.read(buffer)) {
            client.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
            for (Object frame = client.readInbound(); frame != null; frame = client.readInbound()) {
                if (!(frame instanceof SpdyDataFrame data) || data.streamId() != 3) continue;
                answer.append(data.content().toString(StandardCharsets.UTF_8));
                if (data.isLast()) return answer.toString();
            }
        }
        throw new IOException("the stream did not end; it brought " + answer);
    }
}
