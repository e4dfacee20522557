package io.davit.backend.oci.layers;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Shows every run of bytes that passes to somebody. */
final class MeteredInput extends FilterInputStream {
    private final Meter meter;

    /** Looks at bytes that have just been read. */
    interface Meter {
        void read(byte[] data, int offset, int length);
    }

    MeteredInput(InputStream in, Meter meter) {
        super(in);
        this.meter = meter;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = in.read(into, offset, length);
        if (count > 0) meter.read(into, offset, count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return in.skip(0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
