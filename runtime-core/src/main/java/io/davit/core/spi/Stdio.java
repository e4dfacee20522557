package io.davit.core.spi;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The client's ends of a stream. The backend reads {@code stdin} to its end and writes the outputs; it closes none of
 * them. A missing stream was not asked for. An IOException from one of them means that the client has left.
 */
public record Stdio(
        Optional<InputStream> stdin,
        Optional<OutputStream> stdout,
        Optional<OutputStream> stderr,
        TerminalResizes resizes) {}
