package io.davit.core.streaming.flow;

/**
 * An event for the pipeline: send the client something it answers or, if it is gone, its kernel refuses. While we do
 * not read, a client can vanish unseen: the end of its bytes waits at its side behind those we have no room for.
 */
public enum Probe {
    PROBE
}
