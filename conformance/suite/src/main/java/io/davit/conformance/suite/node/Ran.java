package io.davit.conformance.suite.node;

import io.davit.cri.v1.ExecSyncResponse;

/** How a command in a container went. */
public record Ran(int exitCode, String stdout, String stderr) {
    static Ran of(ExecSyncResponse response) {
        return new Ran(
                response.getExitCode(),
                response.getStdout().toStringUtf8(),
                response.getStderr().toStringUtf8());
    }

    /** The output without the last line's end, of a command that went well. */
    public String text() {
        if (exitCode != 0) throw new AssertionError("the command exited with " + exitCode + ": " + stdout + stderr);
        return stdout.stripTrailing();
    }
}
