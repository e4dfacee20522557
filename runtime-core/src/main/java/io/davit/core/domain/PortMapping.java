package io.davit.core.domain;

/**
 * A port of the pod, published on the host if {@code hostPort} is not 0.
 *
 * @param hostIp address to bind; empty means all
 */
public record PortMapping(Protocol protocol, int containerPort, int hostPort, String hostIp) {
    /** Transport protocols; CNI wants them in lower case. */
    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }
}
