package io.davit.conformance.suite.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The bytes of one stream so far, to wait for. Thread-safe. */
public final class Incoming {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;
    private boolean broken;
    private int taken;

    synchronized void add(byte[] more) {
        bytes.writeBytes(more);
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The stream was reset, or the connection went away before the stream's end. */
    synchronized void breakOff() {
        if (!ended) broken = true;
        end();
    }

    /**
     * What has come since the last call, up to and including {@code end}.
     *
     * @throws IOException if the stream ends first, or nothing comes for a long time
     */
    public synchronized String readUntil(String end) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String text = bytes.toString(StandardCharsets.ISO_8859_1).substring(taken);
            int at = text.indexOf(end);
            if (at >= 0) {
                taken += at + end.length();
                return text.substring(0, at + end.length());
            }
            if (ended) throw new IOException("the stream ended without \"" + end + "\" after: " + text);
            pause(deadline, "no \"" + end + "\" came, only: " + text);
        }
    }

    /**
     * Everything from the last read to the end of the stream.
     *
     * @throws IOException if the stream is reset, or does not end
     */
    public synchronized byte[] readAll() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!ended) pause(deadline, "the stream does not end; so far it had " + bytes.size() + " bytes");
        if (broken) throw new IOException("the stream was reset after " + bytes.size() + " bytes");
        byte[] all = bytes.toByteArray();
        byte[] rest = java.util.Arrays.copyOfRange(all, taken, all.length);
        taken = all.length;
        return rest;
    }

    public String readAllText() throws IOException, InterruptedException {
        return new String(readAll(), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("WaitNotInLoop") // the callers are the loops
    private void pause(long deadline, String trouble) throws IOException, InterruptedException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) throw new IOException(trouble);
        wait(millis);
    }
}
