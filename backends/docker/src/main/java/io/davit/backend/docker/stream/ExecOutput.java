package io.davit.backend.docker.stream;

import io.davit.core.spi.Stdio;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Output of an exec on its way to the client. Docker sends the reason why a command could not be started as if the
 * command had printed it; what begins like that is held back until the daemon was asked.
 */
final class ExecOutput implements Frames.Sink {
    private static final byte[] COMPLAINT = "OCI runtime exec failed".getBytes(StandardCharsets.UTF_8);
    private static final int HELD_BYTES_MAX = 64 << 10;

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean passing;

    ExecOutput(Stdio stdio) {
        this.stdout = stdio.stdout().orElse(OutputStream.nullOutputStream());
        this.stderr = stdio.stderr().orElse(OutputStream.nullOutputStream());
    }

    @Override
    public void stdout(byte[] bytes, int length) throws IOException {
        if (passing) {
            write(stdout, bytes, length);
            return;
        }
        held.write(bytes, 0, length);
        if (held.size() > HELD_BYTES_MAX || !mayBeComplaint()) pass();
    }

    @Override
    public void stderr(byte[] bytes, int length) throws IOException {
        write(stderr, bytes, length);
    }

    private boolean mayBeComplaint() {
        byte[] begin = held.toByteArray();
        int common = Math.min(begin.length, COMPLAINT.length);
        return Arrays.equals(begin, 0, common, COMPLAINT, 0, common);
    }

    /** What was held back; empty if it was passed on. */
    String held() {
        return held.toString(StandardCharsets.UTF_8).strip();
    }

    /** It was the command's own output after all. */
    void pass() throws IOException {
        passing = true;
        byte[] all = held.toByteArray();
        held.reset();
        if (all.length > 0) write(stdout, all, all.length);
    }

    private static void write(OutputStream target, byte[] bytes, int length) throws IOException {
        try {
            target.write(bytes, 0, length);
            target.flush();
        } catch (IOException e) {
            throw new Frames.ClientLeft(e);
        }
    }
}
