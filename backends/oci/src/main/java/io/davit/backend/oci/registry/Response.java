package io.davit.backend.oci.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/** An answer whose body is still to be read. */
record Response(URI uri, int status, HttpHeaders headers, InputStream body) implements Closeable {
    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    boolean isRedirect() {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /** The host that answered, which after a redirect is not the registry. */
    String host() {
        return uri.getAuthority();
    }

    /**
     * Reads the body.
     *
     * @throws IOException if it is longer than {@code bytesMax}
     */
    byte[] readAll(int bytesMax) throws IOException {
        byte[] data = body.readNBytes(bytesMax + 1);
        if (data.length > bytesMax) throw new TooLargeException(uri, bytesMax);
        return data;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }

    /** Not worth another try. */
    static final class TooLargeException extends IOException {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        TooLargeException(URI uri, int bytesMax) {
            super("the answer to " + uri.getPath() + " is longer than " + bytesMax + " bytes");
        }
    }
}
