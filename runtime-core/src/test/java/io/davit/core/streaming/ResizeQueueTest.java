package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.spi.TerminalSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ResizeQueueTest {
    private final ResizeQueue queue = new ResizeQueue();

    @Test
    void the_latest_size_wins() throws InterruptedException {
        read("{\"Width\":80,\"Height\":24}\n{\"Width\":132,\"Height\":50}\n");
        assertThat(queue.next()).contains(new TerminalSize(132, 50));
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void a_size_of_zero_is_none() throws InterruptedException {
        read("{\"Width\":80,\"Height\":24}{\"Width\":0,\"Height\":50}{\"Width\":90,\"Height\":0}");
        assertThat(queue.next()).contains(new TerminalSize(80, 24));
    }

    @Test
    void nonsense_ends_the_resizes_and_nothing_else() throws InterruptedException {
        read("{\"Width\":80,\"Height\":24} resize me! {\"Width\":90,\"Height\":30}");
        assertThat(queue.next()).contains(new TerminalSize(80, 24));
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void a_waiting_backend_gets_a_size_as_soon_as_it_is_there() throws IOException, InterruptedException {
        PipedOutputStream client = new PipedOutputStream();
        PipedInputStream stream = new PipedInputStream(client);
        Thread reader = Thread.ofPlatform().start(() -> queue.readAll(stream));
        client.write("{\"Width\":80,\"Height\":24}".getBytes(StandardCharsets.UTF_8));
        client.flush();
        assertThat(queue.next()).contains(new TerminalSize(80, 24));
        client.close();
        assertThat(queue.next()).isEmpty();
        reader.join();
    }

    private void read(String json) {
        queue.readAll(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
