package io.davit.conformance.suite.contract;

/** What a test asks of an RPC beside what the RPC is for: each RPC must be asked all that apply to it. */
public enum Aspect {
    /** With which code it refuses what it must refuse. */
    REFUSAL,
    /** What an equal call does after the first one. */
    REPETITION,
    /** What a client leaves behind that gives up, or whose deadline passes. */
    ABANDONMENT
}
