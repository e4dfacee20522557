package io.davit.core.streaming.flow;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.util.ReferenceCountUtil;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds what waits for the socket of one connection. Writers queue in the order they came and send a chunk at a time,
 * so a fast stream cannot starve another one of the same connection. Safe for any thread.
 */
public final class OutboundWindow {
    /** Two chunks: the socket has a buffer of its own, and hundreds of clients may not read at the same time. */
    private static final int WINDOW_BYTES = 64 * 1024;
    /** Answers to pings and openings that a client may leave unread before we stop talking to it. */
    private static final int CONTROL_FRAMES_MAX = 10_000;

    private final Channel channel;
    private final Semaphore freeBytes = new Semaphore(WINDOW_BYTES, true);
    private final AtomicInteger controlFrames = new AtomicInteger();

    public OutboundWindow(Channel channel) {
        this.channel = channel;
    }

    /** Waits for room, which the caller gives back with {@link #send} or {@link #cancel}. */
    void reserve(int bytes) throws InterruptedIOException {
        try {
            freeBytes.acquire(bytes);
        } catch (InterruptedException _) { // kept as the thread's flag; the writer gets an exception it must handle
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client did not read");
        }
    }

    /** The same, with a limit. @return false if there is no room by then */
    boolean reserve(int bytes, Duration limit) throws InterruptedIOException {
        try {
            return freeBytes.tryAcquire(bytes, limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) { // as above
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client did not read");
        }
    }

    void cancel(int reservedBytes) {
        freeBytes.release(reservedBytes);
    }

    /** Sends without waiting; the room is free again when the socket took the frame, or refused it. */
    void send(Object frame, int reservedBytes) {
        channel.writeAndFlush(frame).addListener(_ -> freeBytes.release(reservedBytes));
    }

    /** Sends a small frame without waiting. A client that does not read the answers it provokes is cut off. */
    public void control(Object frame) {
        control(channel, frame);
    }

    /** The same from a certain place in the pipeline. */
    public void control(ChannelOutboundInvoker from, Object frame) {
        if (controlFrames.incrementAndGet() > CONTROL_FRAMES_MAX) {
            ReferenceCountUtil.release(frame);
            var _ = channel.close();
            return;
        }
        from.writeAndFlush(frame).addListener(_ -> controlFrames.decrementAndGet());
    }

    Channel channel() {
        return channel;
    }
}
