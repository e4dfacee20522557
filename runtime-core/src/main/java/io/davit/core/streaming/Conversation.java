package io.davit.core.streaming;

import io.netty.channel.ChannelFuture;

/** What happens on a connection after its upgrade. */
interface Conversation {
    /** Runs on the connection's own virtual thread to the end; an interrupt means that the client has left. */
    void run();

    /** Sends the protocol's last words; the connection is closed once the client has had time to take them. */
    ChannelFuture sayGoodbye();
}
