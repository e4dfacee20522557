package io.davit.core.streaming.websocket;

import io.davit.core.streaming.flow.ClientStream;
import io.davit.core.streaming.flow.InboundBudget;
import io.davit.core.streaming.flow.InboundPipe;
import io.davit.core.streaming.flow.OutboundStream;
import io.davit.core.streaming.flow.OutboundWindow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Divides the messages of one WebSocket among its channels. Event loop only. */
public final class ChannelSession extends SimpleChannelInboundHandler<WebSocketFrame> {
    /** Instead of a channel number: the client ends the channel named by the next byte. */
    private static final int HALF_CLOSE = 255;

    private final ChannelProtocol protocol;
    private final List<ClientStream> channels;
    // Of the message that is arriving:
    private OptionalInt number = OptionalInt.empty();
    private OptionalInt ending = OptionalInt.empty();
    private Base64Pieces base64 = new Base64Pieces();

    private ChannelSession(ChannelProtocol protocol, List<ClientStream> channels) {
        this.protocol = protocol;
        this.channels = channels;
    }

    /**
     * Divides the connection, which speaks WebSocket already, into so many channels from here on.
     *
     * @param greeted the channel on which the client gets an empty message, for it to know that all is ready
     */
    public static List<ClientStream> install(
            Channel connection, ChannelProtocol protocol, int channelCount, int greeted, int inboundBytesMax) {
        InboundBudget budget = new InboundBudget(connection, inboundBytesMax);
        OutboundWindow window = new OutboundWindow(connection);
        List<ClientStream> channels = IntStream.range(0, channelCount)
                .mapToObj(number -> new ClientStream(
                        new InboundPipe(budget), new OutboundStream(window, new ChannelFraming(protocol, number))))
                .toList();
        connection.pipeline().addLast(new ChannelSession(protocol, channels));
        // Not at once: what speaks HTTP still stands in the pipeline.
        connection
                .eventLoop()
                .execute(() -> window.control(
                        new ChannelFraming(protocol, greeted).data(connection.alloc(), new byte[0], 0, 0)));
        return channels;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame piece) {
        ByteBuf bytes = piece.content();
        if (number.isEmpty() && bytes.isReadable()) number = OptionalInt.of(channelNumber(bytes.readUnsignedByte()));
        number.ifPresent(known -> take(known, bytes, piece.isFinalFragment()));
        if (piece.isFinalFragment()) messageEnds();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        channels.forEach(channel -> channel.lose("the client has left"));
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ControlFrames.breakOff(context, cause);
    }

    private int channelNumber(int first) {
        return protocol.isBase64() ? first - '0' : first;
    }

    private void take(int channel, ByteBuf bytes, boolean last) {
        if (channel == HALF_CLOSE && protocol.hasHalfClose()) {
            halfClose(bytes);
        } else if (channel >= 0 && channel < channels.size()) {
            InboundPipe input = channels.get(channel).input();
            input.offer(protocol.isBase64() ? base64.decode(bytes, last) : bytes);
        }
    }

    private void halfClose(ByteBuf bytes) {
        if (!bytes.isReadable()) return;
        int channel = bytes.readUnsignedByte();
        if (bytes.isReadable() || ending.isPresent() || channel >= channels.size()) {
            throw new CorruptedFrameException("a half-close that names no channel, or too many");
        }
        ending = OptionalInt.of(channel);
    }

    private void messageEnds() {
        ending.ifPresent(channel -> channels.get(channel).input().end());
        number = OptionalInt.empty();
        ending = OptionalInt.empty();
        base64 = new Base64Pieces();
    }
}
