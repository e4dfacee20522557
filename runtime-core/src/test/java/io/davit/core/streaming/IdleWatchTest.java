package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.streaming.flow.Probe;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IdleWatchTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final EmbeddedChannel channel = new EmbeddedChannel(new IdleWatch(LIMIT), new Answering());

    IdleWatchTest() {
        channel.freezeTime();
    }

    @Test
    void a_connection_on_which_nothing_moves_is_closed() {
        pass(Duration.ofSeconds(50));
        assertThat(channel.isOpen()).isTrue();

        pass(Duration.ofSeconds(20));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_client_that_is_not_read_is_asked_whether_it_is_there_and_closed_all_the_same() {
        channel.config().setAutoRead(false);

        pass(Duration.ofSeconds(50));
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.outboundMessages()).hasSizeGreaterThan(5);
        pass(Duration.ofSeconds(20));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_connection_that_writes_stays() {
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(50));
            channel.writeOutbound(Unpooled.copiedBuffer("output", StandardCharsets.UTF_8));
        }

        assertThat(channel.isOpen()).isTrue();
    }

    private void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    /** As a protocol does that has pings. */
    private static final class Answering extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == Probe.PROBE) {
                var _ = context.writeAndFlush(Unpooled.copiedBuffer("ping", StandardCharsets.UTF_8));
            } else {
                context.fireUserEventTriggered(event);
            }
        }
    }
}
