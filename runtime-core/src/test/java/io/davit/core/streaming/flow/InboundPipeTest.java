package io.davit.core.streaming.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@DisplayNameGeneration(ReplaceUnderscores.class)
class InboundPipeTest {
    private static final int LIMIT = 10_000;

    private final EmbeddedChannel connection = new EmbeddedChannel();
    private final InboundBudget budget = new InboundBudget(connection, LIMIT);
    private final InboundPipe pipe = new InboundPipe(budget);

    @Test
    void bytes_come_out_as_they_went_in_up_to_the_end() throws IOException {
        offer(pipe, "hello ");
        offer(pipe, "world");
        pipe.end();
        assertThat(pipe.readAllBytes()).asString().isEqualTo("hello world");
        assertThat(pipe.read()).isEqualTo(-1);
    }

    @Test
    void a_full_pipe_stops_the_reading_of_the_connection_until_half_is_taken() throws IOException {
        offer(pipe, "x".repeat(LIMIT));
        assertThat(connection.config().isAutoRead()).isFalse();
        pipe.readNBytes(LIMIT - 1);
        assertThat(connection.config().isAutoRead()).isFalse();
        pipe.readNBytes(1);
        assertThat(connection.config().isAutoRead()).isTrue();
    }

    @Test
    void the_pipes_of_a_connection_are_counted_together() {
        InboundPipe other = new InboundPipe(budget);
        offer(pipe, "x".repeat(LIMIT / 2));
        assertThat(connection.config().isAutoRead()).isTrue();
        offer(other, "y".repeat(LIMIT / 2));
        assertThat(connection.config().isAutoRead()).isFalse();
        other.close();
        assertThat(connection.config().isAutoRead()).isFalse();
        pipe.close();
        assertThat(connection.config().isAutoRead()).isTrue();
    }

    @Test
    void a_connection_gets_less_room_while_all_together_hold_too_much() {
        InboundStock stock = new InboundStock(150_000);
        EmbeddedChannel greedy = accounted(stock);
        EmbeddedChannel modest = accounted(stock);
        InboundPipe much = new InboundPipe(new InboundBudget(greedy, 1_000_000));
        InboundPipe little = new InboundPipe(new InboundBudget(modest, 1_000_000));

        offer(much, "x".repeat(100_000));
        assertThat(greedy.config().isAutoRead()).isTrue();
        offer(much, "x".repeat(100_000));
        assertThat(greedy.config().isAutoRead()).isFalse();
        offer(little, "y".repeat(20_000));
        assertThat(modest.config().isAutoRead()).isTrue();
        offer(little, "y".repeat(20_000));
        assertThat(modest.config().isAutoRead()).isFalse();
        much.close();
        little.close();
        assertThat(greedy.config().isAutoRead()).isTrue();
        assertThat(modest.config().isAutoRead()).isTrue();
    }

    @Test
    void single_bytes_are_bounded_by_what_they_cost() {
        for (int i = 0; i < LIMIT / 50; i++) {
            offer(pipe, "x");
        }
        assertThat(connection.config().isAutoRead()).isFalse();
    }

    @Test
    void bytes_nobody_wants_hold_up_nothing() {
        pipe.close();
        offer(pipe, "x".repeat(10 * LIMIT));
        assertThat(connection.config().isAutoRead()).isTrue();
        assertThatThrownBy(() -> pipe.read()).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void a_client_that_left_is_an_error_and_no_end() {
        offer(pipe, "half a sent");
        pipe.lose("the client has left");
        assertThatThrownBy(() -> pipe.read()).isInstanceOf(IOException.class).hasMessage("the client has left");
        pipe.end();
        assertThatThrownBy(() -> pipe.read()).isInstanceOf(IOException.class);
    }

    @Test
    void a_waiting_reader_gets_what_comes() {
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                read.complete(pipe.readAllBytes());
            } catch (IOException e) {
                read.completeExceptionally(e);
            }
        });
        offer(pipe, "late");
        pipe.end();
        assertThat(read.join()).asString().isEqualTo("late");
        assertThat(reader.isInterrupted()).isFalse();
    }

    @Test
    void an_interrupt_ends_a_waiting_read() throws InterruptedException {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                thrown.complete(new AssertionError("read " + pipe.read()));
            } catch (IOException e) {
                thrown.complete(e);
            }
        });
        reader.interrupt();
        reader.join();
        assertThat(thrown.join()).isInstanceOf(InterruptedIOException.class);
    }

    private static EmbeddedChannel accounted(InboundStock stock) {
        EmbeddedChannel channel = new EmbeddedChannel();
        stock.account(channel);
        return channel;
    }

    private static void offer(InboundPipe pipe, String text) {
        var bytes = Unpooled.copiedBuffer(text, java.nio.charset.StandardCharsets.UTF_8);
        pipe.offer(bytes);
        bytes.release();
    }
}
