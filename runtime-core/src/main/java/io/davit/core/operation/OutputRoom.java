package io.davit.core.operation;

/**
 * Room for what the commands of all calls under way have said, on a heap that is small. Each call has a little for
 * itself, so that ordinary commands never feel the others; what is more comes from one stock. Thread-safe.
 */
final class OutputRoom {
    private static final int OWN_BYTES = 64 * 1024;

    private int stock; // guarded by this

    OutputRoom(int stockBytes) {
        stock = stockBytes;
    }

    /** Room for one call. */
    Share share(int bytesMax) {
        return new Share(bytesMax);
    }

    private synchronized int lend(int wanted) {
        int lent = Math.min(wanted, stock);
        stock -= lent;
        return lent;
    }

    private synchronized void takeBack(int bytes) {
        stock += bytes;
    }

    /** Closed when the call's answer is on its way; it may be closed again. */
    final class Share implements AutoCloseable {
        private int left; // guarded by this, as all below
        private int own = OWN_BYTES;
        private int borrowed;
        private boolean closed;

        private Share(int bytesMax) {
            left = bytesMax;
        }

        /** @return for how many of so many bytes there is room, which is taken from now on */
        synchronized int take(int wanted) {
            if (closed) return 0;
            int asked = Math.min(wanted, left);
            int free = Math.min(asked, own);
            int lent = lend(asked - free);
            own -= free;
            borrowed += lent;
            left -= free + lent;
            return free + lent;
        }

        @Override
        public synchronized void close() {
            closed = true;
            takeBack(borrowed);
            borrowed = 0;
        }
    }
}
