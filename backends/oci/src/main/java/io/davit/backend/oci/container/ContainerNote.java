package io.davit.backend.oci.container;

import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.core.domain.SandboxId;
import java.nio.file.Path;
import java.util.List;

/**
 * What driving a container and cleaning up after it needs to know; written before any process of it is started. Only
 * plain values, as they stand in the file.
 *
 * @param cgroup absolute
 * @param outerCgroup the same, or one around it that outlives its processes; absolute
 * @param monitorCgroup of the container's monitor and those of commands in it; absolute
 * @param log absolute path; empty if there is no log
 * @param ownPid whether the end of its first process ends all others
 */
public record ContainerNote(
        int version,
        String bootId,
        String sandbox,
        String runtime,
        String runtimeRoot,
        List<String> runtimeArguments,
        String cgroup,
        String outerCgroup,
        String monitorCgroup,
        String log,
        boolean ownPid) {
    static final int VERSION = 1;

    public ContainerNote {
        runtimeArguments = List.copyOf(runtimeArguments);
    }

    /** The runtime it was created with, whatever the configuration says now. */
    public OciRuntime ociRuntime() {
        return new OciRuntime(Path.of(runtime), Path.of(runtimeRoot), runtimeArguments);
    }

    public SandboxId sandboxId() {
        return new SandboxId(sandbox);
    }
}
