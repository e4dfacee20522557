package io.davit.core.streaming.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of another implementation, Netty's, with masks, cut anywhere. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FrameDecoderTest {
    private final EmbeddedChannel theirs = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
    private final EmbeddedChannel ours = new EmbeddedChannel(new FrameDecoder());

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 300_000})
    void a_message_of_any_length_comes_out_whatever_its_pieces(int length) {
        Random random = new Random(length);
        byte[] message = new byte[length];
        random.nextBytes(message);
        ByteBuf wire = encoded(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)));
        ByteBuf assembled = Unpooled.buffer();
        List<WebSocketFrame> pieces = new ArrayList<>();
        while (wire.isReadable()) {
            int size = Math.min(1 + random.nextInt(length < 1000 ? 7 : 5000), wire.readableBytes());
            ours.writeInbound(wire.readRetainedSlice(size));
            pieces.addAll(received());
        }
        for (WebSocketFrame piece : pieces) {
            assembled.writeBytes(piece.content());
        }
        assertThat(io.netty.buffer.ByteBufUtil.getBytes(assembled)).isEqualTo(message);
        assertThat(pieces.getFirst()).isInstanceOf(BinaryWebSocketFrame.class);
        assertThat(pieces.subList(1, pieces.size())).allMatch(ContinuationWebSocketFrame.class::isInstance);
        assertThat(pieces.stream().filter(WebSocketFrame::isFinalFragment)).containsExactly(pieces.getLast());
    }

    @Test
    void a_piece_does_not_wait_for_the_rest_of_its_frame() {
        ByteBuf wire = encoded(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[1000])));
        ours.writeInbound(wire.readRetainedSlice(100));
        List<WebSocketFrame> pieces = received();
        assertThat(pieces).hasSize(1);
        assertThat(pieces.getFirst().content().readableBytes()).isEqualTo(100 - 8);
    }

    @Test
    void a_ping_inside_a_divided_message_comes_out_in_its_place() {
        send(new TextWebSocketFrame(false, 0, "he"));
        send(new PingWebSocketFrame(text("are you there")));
        send(new ContinuationWebSocketFrame(true, 0, "llo"));
        List<WebSocketFrame> frames = received();
        assertThat(frames).hasSize(3);
        assertThat(frames.get(0)).isInstanceOf(BinaryWebSocketFrame.class);
        assertThat(frames.get(1)).isInstanceOf(PingWebSocketFrame.class);
        assertThat(frames.get(1).content().toString(StandardCharsets.UTF_8)).isEqualTo("are you there");
        assertThat(frames.get(2).isFinalFragment()).isTrue();
        assertThat(frames.get(2).content().toString(StandardCharsets.UTF_8)).isEqualTo("llo");
    }

    @Test
    void a_close_carries_its_status() {
        send(new CloseWebSocketFrame(1000, "bye"));
        assertThat(received()).singleElement().isInstanceOfSatisfying(CloseWebSocketFrame.class, close -> {
            assertThat(close.statusCode()).isEqualTo(1000);
            assertThat(close.reasonText()).isEqualTo("bye");
        });
    }

    @Test
    void what_a_client_must_not_send_ends_the_connection() {
        refused("8201ff", "without a mask");
        refused("c28100000000ff", "reserved bit");
        refused("838100000000ff", "opcode 3");
        refused("8b8100000000ff", "opcode 11");
        refused("098000000000", "several parts");
        refused("89fe007f00000000", "too long");
        refused("808100000000ff", "without a message");
        refused("028100000000ff" + "828100000000ff", "inside another");
        refused("82ff" + "8000000000000000" + "00000000", "2^63");
    }

    private static void refused(String hex, String why) {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        assertThatThrownBy(() -> channel.writeInbound(
                        Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex))))
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessageContaining(why);
    }

    private void send(WebSocketFrame frame) {
        ours.writeInbound(encoded(frame));
    }

    private ByteBuf encoded(WebSocketFrame frame) {
        theirs.writeOutbound(frame);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = theirs.readOutbound(); part != null; part = theirs.readOutbound()) {
            all.writeBytes(part);
        }
        return all;
    }

    private List<WebSocketFrame> received() {
        List<WebSocketFrame> frames = new ArrayList<>();
        for (WebSocketFrame frame = ours.readInbound(); frame != null; frame = ours.readInbound()) {
            frames.add(frame);
        }
        return frames;
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
