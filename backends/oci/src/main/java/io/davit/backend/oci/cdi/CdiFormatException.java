package io.davit.backend.oci.cdi;

import java.io.Serial;

/** A vendor's file is not what the specification wants; the message says why, without the name of the file. */
final class CdiFormatException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    CdiFormatException(String message) {
        super(message);
    }
}
