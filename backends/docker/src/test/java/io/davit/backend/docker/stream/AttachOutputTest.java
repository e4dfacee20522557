package io.davit.backend.docker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AttachOutputTest {
    private final AtomicBoolean left = new AtomicBoolean();

    @Test
    void a_client_that_reads_gets_everything_in_order() throws IOException {
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();

        try (AttachOutput output = to(client)) {
            for (int i = 0; i < 100_000; i++) {
                byte[] line = (i + "\n").getBytes(StandardCharsets.US_ASCII);
                sent.writeBytes(line);
                output.stdout(line, line.length);
            }
        }

        assertThat(client.toByteArray()).isEqualTo(sent.toByteArray());
        assertThat(left).isFalse();
    }

    @Test
    void a_client_that_does_not_read_is_dropped_and_little_is_kept_for_it() {
        Asleep client = new Asleep();
        AtomicInteger taken = new AtomicInteger();

        try (AttachOutput output = to(client)) {
            assertThatThrownBy(() -> feed(output, taken))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Exhausted.class));
        }

        assertThat(taken).hasValueLessThanOrEqualTo(AttachOutput.WAITING_BYTES_MAX);
        await().untilAsserted(() -> assertThat(client.interrupted).isTrue());
    }

    @Test
    void whoever_waits_for_a_client_learns_that_it_has_left() {
        AtomicInteger taken = new AtomicInteger();
        OutputStream client = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                await().until(() -> taken.get() > AttachOutput.WAITING_BYTES_MAX / 2);
                throw new IOException("the client has left");
            }
        };

        try (AttachOutput output = to(client)) {
            assertThatThrownBy(() -> feed(output, taken)).isInstanceOf(Frames.ClientLeft.class);
        }
    }

    @Test
    void a_client_that_has_left_ends_an_attachment_to_a_container_that_says_no_more() throws IOException {
        OutputStream client = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the client has left");
            }
        };

        try (AttachOutput output = to(client)) {
            output.stdout(new byte[] {1}, 1);

            await().untilAsserted(() -> assertThat(left).isTrue());
        }
    }

    private AttachOutput to(OutputStream client) {
        Stdio stdio = new Stdio(Optional.empty(), Optional.of(client), Optional.empty(), TerminalResizes.NONE);
        return new AttachOutput(stdio, () -> left.set(true));
    }

    /** Gives as much as is taken, without end. */
    private static void feed(AttachOutput output, AtomicInteger taken) throws IOException {
        byte[] piece = new byte[8 << 10];
        while (true) {
            output.stdout(piece, piece.length);
            taken.addAndGet(piece.length);
        }
    }

    /** Takes nothing until its thread is interrupted. */
    private static final class Asleep extends OutputStream {
        private volatile boolean interrupted;

        @Override
        public void write(int b) throws IOException {
            try {
                Thread.sleep(Duration.ofDays(1));
            } catch (InterruptedException _) {
                interrupted = true;
                throw new InterruptedIOException("interrupted");
            }
        }
    }
}
