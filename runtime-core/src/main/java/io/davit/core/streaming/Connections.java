package io.davit.core.streaming;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open connections, and a virtual thread for each that has a conversation. Safe for any thread. */
final class Connections {
    /** For a client behind a slow line to take what it was sent before; one that reads nothing is cut off then. */
    private static final Duration GOODBYE_LIMIT = Duration.ofMinutes(5);
    /** How long a client may take to close its side after our last words. */
    private static final Duration LINGER = Duration.ofSeconds(5);
    /** How long the backends may take to kill what runs for the clients when the server stops. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final int max;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    Connections(int max) {
        this.max = max;
    }

    void add(Channel channel) {
        channels.add(channel);
    }

    boolean tooMany() {
        return channels.size() > max;
    }

    /** Starts the conversation on its own thread, which is interrupted when the client leaves. */
    void start(Channel channel, StreamRequest request, Conversation conversation) {
        Thread thread = Thread.ofVirtual().name(request.toString()).unstarted(() -> {
            try {
                conversation.run();
                end(channel, conversation);
            } catch (RuntimeException bug) {
                LOG.error("bug in davit: {} broke off", request, bug);
            } finally {
                var _ = channel.close();
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
        channel.closeFuture().addListener(_ -> thread.interrupt());
    }

    /** Closes all connections and waits until nothing runs for their clients any more. */
    void close() {
        channels.close().awaitUninterruptibly();
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                    LOG.warn(
                            "{} did not end within {} s after its client was cut off",
                            thread.getName(),
                            STOP_LIMIT.toSeconds());
                }
            }
        } catch (InterruptedException _) { // whoever stops us is in a hurry; the flag stays for the caller
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends the last words, then no more, and reads on until the client has closed its side: closing a socket with
     * unread bytes makes the kernel send a reset, which can destroy what the client has not read yet.
     */
    private static void end(Channel channel, Conversation conversation) {
        try {
            if (!conversation.sayGoodbye().await(GOODBYE_LIMIT.toMillis())) return;
            shutdownOutput(channel);
            channel.closeFuture().await(LINGER.toMillis());
        } catch (InterruptedException _) { // the client has closed its side already
            LOG.debug("{} has left", channel.remoteAddress());
        }
    }

    private static void shutdownOutput(Channel channel) {
        Optional<SslHandler> tls = Optional.ofNullable(channel.pipeline().get(SslHandler.class));
        if (tls.isPresent()) {
            var _ = tls.get().closeOutbound();
        } else if (channel instanceof DuplexChannel socket) {
            var _ = socket.shutdownOutput();
        }
    }
}
