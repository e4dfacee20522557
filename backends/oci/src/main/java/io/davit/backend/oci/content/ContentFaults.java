package io.davit.backend.oci.content;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;

/** Failed file operations of the JDK as faults. */
public final class ContentFaults {
    private ContentFaults() {}

    /**
     * Exhausted if the disk or a quota is full, Cancelled if the thread was interrupted, else Failed. The JDK tells the
     * errno by its text alone.
     */
    public static Fault of(String doing, IOException error) {
        if (error instanceof ClosedByInterruptException) return new Fault(new Fault.Kind.Cancelled(doing), error);
        String text = error instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : String.valueOf(error.getMessage());
        boolean full = text.contains("No space left on device") || text.contains("Disk quota exceeded");
        if (full) return new Fault(new Fault.Kind.Exhausted(doing, text), error);
        return Fault.failed(doing, error);
    }
}
