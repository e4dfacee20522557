package io.davit.core.streaming;

import io.netty.channel.ChannelFuture;
import java.util.function.Supplier;

/** A conversation whose protocol is carried by a WebSocket, so that both have last words. */
record TunnelledConversation(Conversation inner, Supplier<ChannelFuture> goodbye) implements Conversation {
    @Override
    public void run() {
        inner.run();
    }

    @Override
    public ChannelFuture sayGoodbye() {
        var _ = inner.sayGoodbye();
        return goodbye.get();
    }
}
