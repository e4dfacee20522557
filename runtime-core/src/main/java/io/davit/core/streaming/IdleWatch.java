package io.davit.core.streaming;

import io.davit.core.streaming.flow.Probe;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection on which no byte moved, either way, for the given time; a time of 0 never does. Looks after
 * clients that are not read because nobody takes what they sent; what it asks them is no movement.
 */
final class IdleWatch extends IdleStateHandler {
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(IdleWatch.class);

    private final Duration limit;
    private boolean probing; // event loop only

    IdleWatch(Duration limit) {
        super(PROBE_INTERVAL.toMillis(), 0, limit.toMillis(), TimeUnit.MILLISECONDS);
        this.limit = limit;
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (event.state() == IdleState.ALL_IDLE) {
            LOG.info(
                    "closing the stream of {}, idle for {} s", context.channel().remoteAddress(), limit.toSeconds());
            var _ = context.close();
        } else if (!context.channel().config().isAutoRead()) {
            probing = true;
            context.fireUserEventTriggered(Probe.PROBE);
            probing = false;
        }
    }

    /** Whoever hears of the probe writes at once. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (probing) {
            var _ = context.write(message, promise);
        } else {
            super.write(context, message, promise);
        }
    }
}
