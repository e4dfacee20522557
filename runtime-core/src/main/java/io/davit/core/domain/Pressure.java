package io.davit.core.domain;

import java.time.Duration;

/**
 * How long tasks stood still for want of a resource (kernel, accounting/psi.rst).
 *
 * @param some at least one task stood still
 * @param full all tasks stood still
 */
public record Pressure(Stall some, Stall full) {
    public static final Pressure NONE = new Pressure(Stall.NONE, Stall.NONE);

    /**
     * Time lost.
     *
     * @param total since the group was made
     * @param average10 percent of the last ten seconds, 0 to 100; the others likewise
     */
    public record Stall(Duration total, double average10, double average60, double average300) {
        public static final Stall NONE = new Stall(Duration.ZERO, 0, 0, 0);
    }
}
