package io.davit.core.streaming;

import io.davit.core.streaming.flow.ClientStream;
import io.davit.core.streaming.websocket.ChannelProtocol;
import io.davit.core.streaming.websocket.ChannelSession;
import io.davit.core.streaming.websocket.ControlFrames;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Exec or Attach over WebSocket: the channels are there from the beginning. */
final class WebSocketCommand implements Conversation {
    /** One channel only brings bytes (stdin), so little has to be held for a process that does not read. */
    private static final int INBOUND_BYTES_MAX = 256 * 1024;

    private final Supplier<ChannelFuture> goodbye;
    private final RemoteCommand command;

    WebSocketCommand(
            Channel connection, StreamTargets targets, StreamRequest.Command request, ChannelProtocol protocol) {
        this.goodbye = ControlFrames.install(connection);
        StreamType[] types = StreamType.values();
        List<ClientStream> channels = ChannelSession.install(
                connection, protocol, types.length, lowestOutput(request).channel(), INBOUND_BYTES_MAX);
        Map<StreamType, ClientStream> streams = new EnumMap<>(StreamType.class);
        for (StreamType type : types) {
            streams.put(type, channels.get(type.channel()));
        }
        StatusForm form = protocol.hasJsonStatus() ? StatusForm.JSON : StatusForm.TEXT;
        this.command = new RemoteCommand(targets, request, streams, form);
    }

    @Override
    public void run() {
        command.run();
    }

    @Override
    public ChannelFuture sayGoodbye() {
        return goodbye.get();
    }

    private static StreamType lowestOutput(StreamRequest.Command request) {
        return Stream.of(StreamType.STDOUT, StreamType.STDERR)
                .filter(request.streams()::has)
                .findFirst()
                .orElse(StreamType.ERROR);
    }
}
