package io.davit.backend.oci.tar;

import java.io.IOException;
import java.io.Serial;

/** The archive is not a tar archive, is cut off, or goes beyond a limit; the message says where. */
public final class TarFormatException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public TarFormatException(String message) {
        super(message);
    }
}
