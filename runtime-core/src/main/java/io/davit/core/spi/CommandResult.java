package io.davit.core.spi;

import java.nio.charset.StandardCharsets;

/** How a program ended. Each output is kept up to 16 MiB, the rest was read and dropped. */
public record CommandResult(int exitCode, byte[] stdout, byte[] stderr) {
    public CommandResult {
        stdout = stdout.clone();
        stderr = stderr.clone();
    }

    @Override
    public byte[] stdout() {
        return stdout.clone();
    }

    @Override
    public byte[] stderr() {
        return stderr.clone();
    }

    public boolean succeeded() {
        return exitCode == 0;
    }

    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** What an error message quotes: standard error, or standard output where that is empty, without line ends. */
    public String complaint() {
        String text = new String(stderr, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? stdoutText().strip() : text;
    }
}
