package io.davit.core.domain;

import java.time.Instant;

/**
 * How a container ended.
 *
 * @param code 0..255; 128 + n after signal n
 * @param reason CamelCase: Completed, Error, OOMKilled, StartError, Unknown (cri-semantics 0.6)
 * @param message for people; may be empty
 */
public record ExitStatus(int code, String reason, String message, Instant finishedAt) {
    public static final String COMPLETED = "Completed";
    public static final String ERROR = "Error";
    public static final String OOM_KILLED = "OOMKilled";
    public static final String START_ERROR = "StartError";
    public static final String UNKNOWN = "Unknown";
    /** What containerd reports for a container whose process could not be started; kubelet users know it. */
    public static final int START_ERROR_CODE = 128;
    /** What is reported when the exit code was lost together with the monitor. */
    public static final int UNKNOWN_CODE = 255;

    public static ExitStatus exited(int code, Instant at) {
        return new ExitStatus(code, code == 0 ? COMPLETED : ERROR, "", at);
    }

    public static ExitStatus oomKilled(int code, Instant at) {
        return new ExitStatus(code, OOM_KILLED, "the kernel killed a process because memory ran out", at);
    }

    public static ExitStatus notStarted(Instant at, String why) {
        return new ExitStatus(START_ERROR_CODE, START_ERROR, why, at);
    }

    public static ExitStatus lost(Instant at, String why) {
        return new ExitStatus(UNKNOWN_CODE, UNKNOWN, why, at);
    }
}
