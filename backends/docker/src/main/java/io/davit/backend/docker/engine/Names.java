package io.davit.backend.docker.engine;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxId;
import java.util.Map;

/**
 * How our containers are called in Docker. A name follows from the CRI's id and nothing else: it needs no table, makes
 * creation idempotent (Docker refuses the second of a name), and survives every crash. What they are called in
 * Kubernetes stands in their labels.
 *
 * @param owner of one davit's state: two of them at one daemon leave each other's containers alone
 */
public record Names(String owner) {
    public static final String OWNER = "io.davit.owner";
    public static final String KIND = "io.davit.kind";
    public static final String ID = "io.davit.id";
    public static final String SANDBOX = "io.davit.sandbox";
    public static final String KIND_SANDBOX = "sandbox";
    public static final String KIND_CONTAINER = "container";

    public static String of(SandboxId id) {
        return "davit-pod-" + id;
    }

    public static String of(ContainerId id) {
        return "davit-" + id;
    }

    /** What tells our containers from others: for filters of lists and events. */
    public String ownerFilter() {
        return OWNER + "=" + owner;
    }

    public Map<String, String> labels(SandboxId id) {
        return Map.of(OWNER, owner, KIND, KIND_SANDBOX, ID, id.value());
    }

    public Map<String, String> labels(ContainerId id, SandboxId sandbox) {
        return Map.of(OWNER, owner, KIND, KIND_CONTAINER, ID, id.value(), SANDBOX, sandbox.value());
    }
}
