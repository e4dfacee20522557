package io.davit.backend.oci.exec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Standard error of a runtime's client as long as nobody knows whether it is the command's. */
final class HeldComplaint {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean released;

    /** @return false if the command was started, or there is too much to be a complaint */
    boolean keeps(OutputQueue.Chunk chunk, int bytesMax, Path pidFile) {
        if (released || bytes.size() > bytesMax || Files.exists(pidFile)) return false;
        bytes.writeBytes(chunk.bytes());
        return true;
    }

    /** It was the command's: the client gets it. */
    void release(OutputQueue output) {
        released = true;
        if (bytes.size() == 0) return;
        output.put(new OutputQueue.Chunk(true, bytes.toByteArray()));
        bytes.reset();
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8).strip();
    }
}
