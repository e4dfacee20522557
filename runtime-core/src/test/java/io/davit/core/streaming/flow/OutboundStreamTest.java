package io.davit.core.streaming.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@DisplayNameGeneration(ReplaceUnderscores.class)
class OutboundStreamTest {
    private final Socket socket = new Socket();
    private final EmbeddedChannel connection = new EmbeddedChannel(socket);
    private final OutboundWindow window = new OutboundWindow(connection);
    private final OutboundStream stream = new OutboundStream(window, new Plain("a"));

    @Test
    void a_client_that_does_not_read_stops_the_writer() {
        AtomicLong written = new AtomicLong();
        Thread writer = Thread.ofVirtual().start(() -> writeForEver(stream, written));
        await().until(() -> writer.getState() == Thread.State.WAITING);
        long stopped = written.get();
        assertThat(stopped).isBetween(32L * 1024, 1024L * 1024);
        socket.take(); // one chunk goes
        await().until(() -> written.get() > stopped);
        await().until(() -> writer.getState() == Thread.State.WAITING);
        assertThat(written.get()).isLessThanOrEqualTo(stopped + 64 * 1024);
        writer.interrupt();
    }

    @Test
    void two_writers_take_turns() throws InterruptedException {
        OutboundStream other = new OutboundStream(window, new Plain("b"));
        Thread first = Thread.ofVirtual().start(() -> writeForEver(stream, new AtomicLong()));
        await().until(() -> first.getState() == Thread.State.WAITING);
        Thread second = Thread.ofVirtual().start(() -> writeForEver(other, new AtomicLong()));
        await().until(() -> second.getState() == Thread.State.WAITING);
        int seconds = 0;
        for (int i = 0; i < 40; i++) {
            if (socket.take().equals("b")) seconds++;
            await().until(() -> first.getState() == Thread.State.WAITING && second.getState() == Thread.State.WAITING);
        }
        assertThat(seconds).isBetween(17, 19); // half, but for the 4 that filled the window before
        first.interrupt();
        second.interrupt();
        first.join();
        second.join();
    }

    @Test
    void last_words_do_not_wait_for_ever_for_a_client_that_does_not_read() throws InterruptedException {
        Thread writer = Thread.ofVirtual().start(() -> writeForEver(stream, new AtomicLong()));
        await().until(() -> writer.getState() == Thread.State.WAITING);
        writer.interrupt();
        writer.join();

        assertThatThrownBy(() -> stream.writeLast(new byte[16 * 1024], Duration.ofMillis(1)))
                .isInstanceOf(IOException.class);
        socket.take();
        assertThatCode(() -> stream.writeLast(new byte[16 * 1024], Duration.ofMinutes(1)))
                .doesNotThrowAnyException();
    }

    @Test
    void an_interrupt_ends_a_waiting_writer() throws InterruptedException {
        Thread writer = Thread.ofVirtual().start(() -> writeForEver(stream, new AtomicLong()));
        await().until(() -> writer.getState() == Thread.State.WAITING);
        writer.interrupt();
        writer.join();
    }

    @Test
    void nothing_follows_the_end() {
        stream.close();
        stream.close();
        assertThat(socket.frames).containsExactly("end of a");
        assertThatThrownBy(() -> stream.write('x')).isInstanceOf(IOException.class);
        assertThat(socket.frames).hasSize(1);
    }

    @Test
    void a_connection_that_is_closed_takes_nothing() {
        var _ = connection.close();
        assertThatThrownBy(() -> stream.write('x')).isInstanceOf(IOException.class);
    }

    private static void writeForEver(OutboundStream stream, AtomicLong written) {
        byte[] some = new byte[16 * 1024];
        try {
            while (true) {
                stream.write(some);
                written.addAndGet(some.length);
            }
        } catch (IOException _) { // interrupted: the end of the test
        }
    }

    /** A socket that takes nothing until it is told to. */
    private static final class Socket extends ChannelOutboundHandlerAdapter {
        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final BlockingQueue<ChannelPromise> promises = new LinkedBlockingQueue<>();

        @Override
        public void write(ChannelHandlerContext context, Object frame, ChannelPromise promise) {
            frames.add(frame instanceof Named named ? named.name() : frame.toString());
            ReferenceCountUtil.release(frame instanceof Named named ? named.bytes() : frame);
            promises.add(promise);
        }

        String take() {
            promises.remove().setSuccess();
            return frames.remove();
        }
    }

    private record Named(String name, ByteBuf bytes) {}

    private record Plain(String name) implements Framing {
        @Override
        public Object data(ByteBufAllocator allocator, byte[] source, int from, int length) {
            return new Named(name, Unpooled.copiedBuffer(source, from, length));
        }

        @Override
        public Optional<Object> end() {
            return Optional.of("end of " + name);
        }
    }
}
