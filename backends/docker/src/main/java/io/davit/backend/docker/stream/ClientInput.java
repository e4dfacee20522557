package io.davit.backend.docker.stream;

import io.davit.backend.docker.wire.Hijacked;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What comes from the client, each on a thread of its own: bytes, and sizes of its terminal. */
final class ClientInput implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;

    private final List<Thread> threads = new ArrayList<>();

    private ClientInput() {}

    /** @param resize called for each size of the client's terminal */
    static ClientInput start(Stdio stdio, Hijacked connection, boolean terminal, Consumer<TerminalSize> resize) {
        ClientInput input = new ClientInput();
        stdio.stdin()
                .ifPresent(stream -> input.threads.add(
                        Thread.ofVirtual().name("docker-stdin").start(() -> send(stream, connection))));
        if (terminal) {
            input.threads.add(Thread.ofVirtual().name("docker-resize").start(() -> resizes(stdio, resize)));
        }
        return input;
    }

    private static void send(InputStream client, Hijacked connection) {
        try {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = client.read(buffer); count >= 0; count = client.read(buffer)) {
                connection.output().write(buffer, 0, count);
            }
            connection.endOutput();
        } catch (IOException _) {
            // The client has left, or the program has ended; whoever reads the output sees it, too.
        }
    }

    private static void resizes(Stdio stdio, Consumer<TerminalSize> resize) {
        try {
            for (Optional<TerminalSize> size = stdio.resizes().next();
                    size.isPresent();
                    size = stdio.resizes().next()) {
                if (size.get().columns() > 0 && size.get().rows() > 0) resize.accept(size.get());
            }
        } catch (InterruptedException _) {
            // The stream has ended.
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
