package io.davit.backend.oci.container;

import io.davit.backend.oci.files.Ids;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches the directory of exit files (inotify through the JDK). Monitors rename them into place, so a name that is seen
 * is a whole file. Events may be lost when they are too many; and an end without a monitor makes none: so the listener is
 * told to look again regularly.
 */
final class ExitWatch implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final WatchService watch;
    private final Thread thread;

    /** Called on one thread, one call at a time. */
    interface Listener {
        void exited(ContainerId id);

        /** Events were lost, or simply some time has gone by. */
        void lookAgain();

        /** No event will come any more. */
        void lost(Fault why);
    }

    ExitWatch(Path exits, Listener listener) {
        try {
            watch = exits.getFileSystem().newWatchService();
            exits.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        } catch (IOException e) {
            throw Fault.failed("watch " + exits, e);
        }
        thread = Thread.ofVirtual().name("davit-oci-exits").start(() -> run(exits, listener));
    }

    private void run(Path exits, Listener listener) {
        try {
            while (true) {
                WatchKey key = watch.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                if (key == null) {
                    listener.lookAgain();
                    continue;
                }
                key.pollEvents().forEach(event -> tell(event, listener));
                if (key.reset()) continue;
                listener.lost(new Fault(new Fault.Kind.Unreachable(exits.toString(), "the directory was deleted")));
                return;
            }
        } catch (InterruptedException | ClosedWatchServiceException _) {
            // close() ends the watch so.
            listener.lost(new Fault(new Fault.Kind.Unreachable("the oci backend", "it was closed")));
        }
    }

    private static void tell(WatchEvent<?> event, Listener listener) {
        if (event.context() instanceof Path name) {
            Ids.container(name.toString()).ifPresent(listener::exited);
        } else {
            listener.lookAgain();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            watch.close();
        } catch (IOException _) {
            // It is the end of it either way.
        }
    }
}
