package io.davit.conformance.contract;

import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The client's side of a stream, kept in memory. */
final class Output {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    Stdio stdio() {
        return new Stdio(Optional.empty(), Optional.of(stdout), Optional.of(stderr), TerminalResizes.NONE);
    }

    /** With a terminal there is one stream for output. */
    Stdio terminal() {
        return new Stdio(Optional.empty(), Optional.of(stdout), Optional.empty(), TerminalResizes.NONE);
    }

    Stdio reading(InputStream stdin) {
        return new Stdio(Optional.of(stdin), Optional.of(stdout), Optional.of(stderr), TerminalResizes.NONE);
    }

    Stdio reading(String stdin) {
        return reading(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
    }

    String stdout() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    String stderr() {
        return stderr.toString(StandardCharsets.UTF_8);
    }
}
