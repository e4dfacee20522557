package io.davit.core.spi;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxId;

/** Byte streams into containers; each call blocks for the stream's life. Tokens and protocols are the core's. */
public interface Streams {
    /**
     * Runs a command in a running container until it ends and its output was read, or was cut off shortly after the
     * end where a child keeps it open. An interrupt, or the end of {@link ExecSpec#limit}, kills the command with its
     * children.
     *
     * @return the exit code; 128 + n after signal n
     * @throws io.davit.core.domain.Fault TimedOut after the limit; Failed if the command could not be started
     */
    int exec(ExecSpec spec, Stdio stdio);

    /** Connects to the streams of the container's first process, until it ends or the client's side is closed. */
    void attach(ContainerId id, Stdio stdio);

    /** Copies between {@code stdio} and a connection to localhost:port inside the sandbox's network namespace. */
    void forward(SandboxId id, int port, Stdio stdio);
}
