package io.davit.core.streaming.flow;

import io.netty.channel.Channel;

/**
 * What the pipes of one connection hold together. Over the limit the connection is not read any more, until half of it
 * is free again. One read of the socket that is under way may still exceed the limit. The limit shrinks while all
 * connections together hold more than their {@link InboundStock}. Safe for any thread.
 */
public final class InboundBudget {
    /** What a connection may hold however much others do. */
    private static final int SHARE_BYTES_MIN = 32 * 1024;

    private final Channel channel;
    private final InboundStock stock;
    private final int bytesMax;
    private int bytes; // guarded by this
    private boolean paused; // guarded by this, so that the last word on reading is the one that fits the bytes

    public InboundBudget(Channel channel, int bytesMax) {
        this.channel = channel;
        this.stock = InboundStock.of(channel);
        this.bytesMax = bytesMax;
    }

    synchronized void take(int more) {
        bytes += more;
        stock.add(more);
        if (paused || bytes <= allowed()) return;
        paused = true;
        channel.config().setAutoRead(false);
    }

    synchronized void give(int fewer) {
        bytes -= fewer;
        stock.add(-fewer);
        if (!paused || bytes > allowed() / 2) return;
        paused = false;
        channel.config().setAutoRead(true);
    }

    private int allowed() {
        return stock.isExhausted() ? Math.min(bytesMax, SHARE_BYTES_MIN) : bytesMax;
    }
}
