package io.davit.core.streaming.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyHeadersFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Our frames against those of another implementation, Netty's. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SpdyFramesTest {
    private final EmbeddedChannel theirs = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final EmbeddedChannel ours = new EmbeddedChannel(new SpdyDecoder(), new SpdyEncoder());

    @Test
    void the_dictionary_is_the_one_of_the_specification() {
        assertThat(HeaderDictionary.bytes()).hasSize(1423);
        assertThat(HeaderDictionary.id()).isEqualTo(0xE3C6A7C2);
    }

    @Test
    void what_a_client_sends_is_understood() {
        send(opening(1, Map.of("streamtype", "error", "port", "8080", "requestid", "0")));
        SpdySynStreamFrame second = opening(3, Map.of("streamtype", "data", "port", "8080", "requestid", "0"));
        second.setLast(true);
        send(second);
        send(new DefaultSpdyPingFrame(5));
        send(new DefaultSpdyRstStreamFrame(3, 5));
        send(new DefaultSpdyGoAwayFrame(0, 0));
        assertThat(received())
                .containsExactly(
                        new SpdyFrame.SynStream(
                                1, Map.of("streamtype", "error", "port", "8080", "requestid", "0"), false),
                        new SpdyFrame.SynStream(
                                3, Map.of("streamtype", "data", "port", "8080", "requestid", "0"), true),
                        new SpdyFrame.Ping(5),
                        new SpdyFrame.RstStream(3, 5),
                        new SpdyFrame.GoAway(0, 0));
    }

    @Test
    void what_means_nothing_to_us_is_skipped_and_does_not_confuse_the_headers_that_follow() {
        send(new DefaultSpdySettingsFrame().setValue(7, 65_536));
        send(new DefaultSpdyWindowUpdateFrame(1, 100));
        SpdyHeadersFrame headers = new DefaultSpdyHeadersFrame(1);
        headers.headers().set("more", "headers");
        send(headers);
        send(opening(1, Map.of("streamtype", "stdin")));
        assertThat(received())
                .containsExactly(
                        new SpdyFrame.Headers(1, false),
                        new SpdyFrame.SynStream(1, Map.of("streamtype", "stdin"), false));
    }

    @Test
    void data_is_handed_on_as_it_arrives() {
        ByteBuf wire = encoded(data(1, "hello", true));
        List<SpdyFrame> frames = new ArrayList<>();
        while (wire.isReadable()) {
            ours.writeInbound(wire.readRetainedSlice(1));
            frames.addAll(received());
        }
        assertThat(frames).hasSize(5);
        assertThat(frames.stream().map(SpdyFramesTest::text)).containsExactly("h", "e", "l", "l", "o");
        assertThat(frames.stream().map(frame -> ((SpdyFrame.Data) frame).last()))
                .containsExactly(false, false, false, false, true);
    }

    @Test
    void several_frames_in_one_read_are_several_frames() {
        ByteBuf wire = Unpooled.wrappedBuffer(
                encoded(opening(1, Map.of("streamtype", "stdin"))),
                encoded(data(1, "abc", false)),
                encoded(data(1, "", true)),
                encoded(new DefaultSpdyPingFrame(1)));
        ours.writeInbound(wire);
        List<SpdyFrame> frames = received();
        assertThat(frames).hasSize(4);
        assertThat(text(frames.get(1))).isEqualTo("abc");
        assertThat(frames.get(2))
                .isInstanceOfSatisfying(
                        SpdyFrame.Data.class, data -> assertThat(data.last()).isTrue());
    }

    @Test
    void what_we_send_is_understood() {
        ours.writeOutbound(new SpdyFrame.SynReply(1));
        ours.writeOutbound(new SpdyFrame.SynReply(3));
        ours.writeOutbound(new SpdyFrame.Data(1, Unpooled.copiedBuffer("hi", StandardCharsets.UTF_8), false));
        ours.writeOutbound(new SpdyFrame.Data(1, Unpooled.EMPTY_BUFFER, true));
        ours.writeOutbound(new SpdyFrame.RstStream(5, SpdyFrame.RstStream.REFUSED_STREAM));
        ours.writeOutbound(new SpdyFrame.Ping(2));
        ours.writeOutbound(new SpdyFrame.GoAway(5, SpdyFrame.GoAway.OK));
        for (ByteBuf wire = ours.readOutbound(); wire != null; wire = ours.readOutbound()) {
            theirs.writeInbound(wire);
        }
        SpdySynReplyFrame reply = theirs.readInbound();
        assertThat(reply.streamId()).isEqualTo(1);
        assertThat(reply.isInvalid()).isFalse();
        assertThat(reply.headers().isEmpty()).isTrue();
        assertThat(theirs.<SpdySynReplyFrame>readInbound().streamId()).isEqualTo(3);
        SpdyDataFrame data = theirs.readInbound();
        assertThat(data.content().toString(StandardCharsets.UTF_8)).isEqualTo("hi");
        assertThat(theirs.<SpdyDataFrame>readInbound().isLast()).isTrue();
        assertThat(theirs.<SpdyRstStreamFrame>readInbound().status().code()).isEqualTo(3);
        assertThat(theirs.<SpdyPingFrame>readInbound().id()).isEqualTo(2);
        assertThat(theirs.<SpdyGoAwayFrame>readInbound().lastGoodStreamId()).isEqualTo(5);
    }

    @Test
    void the_block_of_a_reply_ends_as_a_flush_does_for_the_Go_client_waits_for_that() {
        ours.writeOutbound(new SpdyFrame.SynReply(1));
        ours.writeOutbound(new SpdyFrame.SynReply(3));
        assertThat(hex(ours.readOutbound()))
                .isEqualTo("80030002" + "00000018" + "00000001" + "78bbe3c6a7c2" + "000400fbff00000000" + "000000ffff");
        assertThat(hex(ours.readOutbound()))
                .isEqualTo("80030002" + "00000012" + "00000003" + "000400fbff00000000" + "000000ffff");
    }

    @Test
    void nonsense_ends_the_session() {
        refused("80020006" + "00000004" + "00000001", "version 2");
        refused("80030001" + "00200000", "2097152 bytes");
        refused("80030003" + "00000004" + "00000001", "too short");
        refused("80030001" + "0000000e" + "00000001" + "00000000" + "0000" + "deadbeef", "damaged");
    }

    @Test
    void a_header_block_cannot_fill_the_memory() {
        assertThatThrownBy(() -> send(opening(1, Map.of("streamtype", "x".repeat(20_000)))))
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessageContaining("16384 bytes");
    }

    private static void refused(String hex, String why) {
        EmbeddedChannel channel = new EmbeddedChannel(new SpdyDecoder());
        assertThatThrownBy(() -> channel.writeInbound(
                        Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex))))
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessageContaining(why);
    }

    private void send(Object frame) {
        ours.writeInbound(encoded(frame));
    }

    private ByteBuf encoded(Object frame) {
        theirs.writeOutbound(frame);
        return theirs.readOutbound();
    }

    private List<SpdyFrame> received() {
        List<SpdyFrame> frames = new ArrayList<>();
        for (SpdyFrame frame = ours.readInbound(); frame != null; frame = ours.readInbound()) {
            frames.add(frame);
        }
        return frames;
    }

    private static SpdySynStreamFrame opening(int id, Map<String, String> headers) {
        SpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        headers.forEach((name, value) -> frame.headers().set(name, value));
        return frame;
    }

    private static SpdyDataFrame data(int id, String text, boolean last) {
        SpdyDataFrame frame = new DefaultSpdyDataFrame(id, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        return frame.setLast(last);
    }

    private static String text(SpdyFrame frame) {
        return ((SpdyFrame.Data) frame).bytes().toString(StandardCharsets.UTF_8);
    }

    private static String hex(ByteBuf wire) {
        return Optional.ofNullable(wire)
                .map(io.netty.buffer.ByteBufUtil::hexDump)
                .orElse("");
    }
}
