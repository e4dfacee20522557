package io.davit.core.streaming.flow;

import io.netty.channel.Channel;

/**
 * What the pipes of one connection hold together. Over the limit the connection is not read any more, until half of it
 * is free again. One read of the socket that is under way may still exceed the limit. Safe for any thread.
 */
public final class InboundBudget {
    private final Channel channel;
    private final int bytesMax;
    private int bytes; // guarded by this
    private boolean paused; // guarded by this, so that the last word on reading is the one that fits the bytes

    public InboundBudget(Channel channel, int bytesMax) {
        this.channel = channel;
        this.bytesMax = bytesMax;
    }

    synchronized void take(int more) {
        bytes += more;
        if (paused || bytes <= bytesMax) return;
        paused = true;
        channel.config().setAutoRead(false);
    }

    synchronized void give(int fewer) {
        bytes -= fewer;
        if (!paused || bytes > bytesMax / 2) return;
        paused = false;
        channel.config().setAutoRead(true);
    }
}
