package io.davit.backend.oci.exec;

import io.davit.backend.oci.monitor.ControlFifo;
import io.davit.core.spi.TerminalResizes;
import io.davit.core.spi.TerminalSize;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Carries changes of a client's terminal to a monitor, one by one: a monitor before 2.2 takes messages that arrive
 * together for the first of them, so each is given time to be read.
 */
record Resizes(Path bundle, TerminalResizes changes) implements Runnable {
    private static final long READ_MILLIS = 10;

    @Override
    public void run() {
        try {
            for (Optional<TerminalSize> size = changes.next(); size.isPresent(); size = changes.next()) {
                ControlFifo.resize(bundle, size.get());
                Thread.sleep(READ_MILLIS);
            }
        } catch (InterruptedException _) {
            // The stream has ended.
        }
    }
}
