package io.davit.backend.oci.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OutputQueueTest {
    private final OutputQueue queue = new OutputQueue(10_000);

    @Test
    void everything_arrives_at_its_stream_in_order() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Thread process = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 1000; i++) {
                queue.put(chunk(i % 2 == 1, String.valueOf(i % 10)));
            }
            queue.end();
        });

        queue.copyTo(new Stdio(Optional.empty(), Optional.of(out), Optional.of(err), TerminalResizes.NONE));

        process.join();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("02468".repeat(100));
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("13579".repeat(100));
    }

    @Test
    void a_client_that_does_not_read_is_noticed() {
        boolean room = true;
        for (int i = 0; i < 1000 && room; i++) {
            room = queue.offer(chunk(false, "x"), Duration.ofMillis(1));
        }

        assertThat(room).isFalse();
    }

    @Test
    void a_client_that_has_left_does_not_hold_the_process() throws Exception {
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };
        queue.put(chunk(false, "x"));

        assertThatThrownBy(() -> queue.copyTo(
                        new Stdio(Optional.empty(), Optional.of(gone), Optional.empty(), TerminalResizes.NONE)))
                .isInstanceOf(IOException.class);
        queue.abandon();
        for (int i = 0; i < 1000; i++) {
            queue.put(chunk(false, "x"));
        }
        queue.end();
    }

    @Test
    void a_piece_larger_than_all_room_is_taken_alone() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread process = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 3; i++) {
                queue.put(chunk(false, "x".repeat(50_000)));
            }
            queue.end();
        });

        queue.copyTo(new Stdio(Optional.empty(), Optional.of(out), Optional.empty(), TerminalResizes.NONE));

        process.join();
        assertThat(out.size()).isEqualTo(150_000);
    }

    private static OutputQueue.Chunk chunk(boolean stderr, String text) {
        return new OutputQueue.Chunk(stderr, text.getBytes(StandardCharsets.UTF_8));
    }
}
