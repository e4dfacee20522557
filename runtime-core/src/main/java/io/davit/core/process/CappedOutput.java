package io.davit.core.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads one output of a program to its end on a virtual thread and keeps the beginning. It always reads on: a program
 * whose pipe is full would stand still. (A virtual thread that blocks in a pipe costs no carrier: the JDK's scheduler
 * adds one for it.)
 */
final class CappedOutput {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final InputStream source;
    private final int bytesMax;
    private final Thread reader;

    private CappedOutput(InputStream source, int bytesMax) {
        this.source = source;
        this.bytesMax = bytesMax;
        this.reader = Thread.ofVirtual().name("output").unstarted(this::read);
    }

    static CappedOutput of(InputStream source, int bytesMax) {
        CappedOutput output = new CappedOutput(source, bytesMax);
        output.reader.start();
        return output;
    }

    private void read() {
        byte[] chunk = new byte[8192];
        try {
            for (int n = source.read(chunk); n >= 0; n = source.read(chunk)) keep(chunk, n);
        } catch (IOException _) {
            // closed by our side: a child of the program kept the pipe, and what was read until then is the output
        }
    }

    private synchronized void keep(byte[] chunk, int length) {
        kept.write(chunk, 0, Math.min(length, bytesMax - kept.size()));
    }

    /** What came, after waiting for the end of the stream, but not longer than {@code graceMillis}. */
    byte[] bytes(long graceMillis) throws InterruptedException {
        reader.join(graceMillis);
        synchronized (this) {
            return kept.toByteArray();
        }
    }
}
