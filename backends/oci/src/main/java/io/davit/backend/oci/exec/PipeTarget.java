package io.davit.backend.oci.exec;

import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.Poll;
import java.time.Duration;

/** The write end of a process's standard input. */
final class PipeTarget implements InputPump.Target {
    private final Descriptor pipe;

    PipeTarget(Descriptor pipe) {
        this.pipe = pipe;
        pipe.setNonBlocking();
    }

    @Override
    public int write(byte[] bytes, int offset, int length) {
        return pipe.write(bytes, offset, length);
    }

    @Override
    public void awaitRoom(Duration limit) {
        Poll.writable(pipe, limit);
    }

    @Override
    public void end() {
        pipe.close();
    }

    @Override
    public void close() {
        pipe.close();
    }
}
