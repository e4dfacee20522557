package io.davit.backend.oci.image;

/** Waiting for threads that write to the disk. */
final class Threads {
    private Threads() {}

    /** Waits for the end of {@code thread} whatever happens; an interrupt is kept for later. */
    static void joinUninterruptibly(Thread thread) {
        boolean interrupted = Thread.interrupted();
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
