package io.davit.core.streaming.flow;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of a server hold together of bytes that nobody has read yet. Safe for any thread. */
public final class InboundStock {
    private static final AttributeKey<InboundStock> KEY = AttributeKey.valueOf(InboundStock.class, "stock");

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    public InboundStock(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Counts the connection's bytes here; to be called before it has a budget. */
    public void account(Channel connection) {
        connection.attr(KEY).set(this);
    }

    static InboundStock of(Channel connection) {
        return Optional.ofNullable(connection.attr(KEY).get()).orElseGet(() -> new InboundStock(Long.MAX_VALUE));
    }

    void add(int change) {
        bytes.addAndGet(change);
    }

    boolean isExhausted() {
        return bytes.get() > bytesMax;
    }
}
