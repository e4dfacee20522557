package io.davit.core.streaming;

import io.davit.core.domain.Problems;

/** Which streams the caller of Exec or Attach wants to have; names as in ExecRequest and AttachRequest of the CRI. */
public record RequestedStreams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
    public RequestedStreams {
        Problems problems = new Problems();
        if (!stdin && !stdout && !stderr) problems.add("stdin, stdout, stderr", "none is set; at least one must be");
        if (tty && stderr)
            problems.add("stderr", "set together with tty; a terminal has one output only, leave it unset");
        problems.throwIfAny();
    }

    boolean has(StreamType type) {
        return switch (type) {
            case STDIN -> stdin;
            case STDOUT -> stdout;
            case STDERR -> stderr;
            case ERROR -> true;
            case RESIZE -> tty;
        };
    }
}
