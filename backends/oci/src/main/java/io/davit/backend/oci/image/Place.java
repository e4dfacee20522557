package io.davit.backend.oci.image;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** A permit that is given back once, however often it is closed. Thread-safe. */
final class Place implements AutoCloseable {
    private final Semaphore places;
    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Place(Semaphore places) {
        this.places = places;
    }

    static Place take(Semaphore places) throws InterruptedException {
        places.acquire();
        return new Place(places);
    }

    @Override
    public void close() {
        if (taken.compareAndSet(true, false)) places.release();
    }
}
