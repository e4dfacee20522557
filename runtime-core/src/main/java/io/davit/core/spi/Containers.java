package io.davit.core.spi;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import java.nio.file.Path;

/** Containers of an engine. */
public interface Containers {
    /**
     * Makes the container without running the user's process. When it throws, half a container may stay:
     * {@link #remove} copes with it.
     */
    Created create(SandboxSpec sandbox, ContainerSpec spec);

    /** Runs the user's process; returns once it was exec'ed. When it throws, the container never runs. */
    Started start(ContainerId id);

    /**
     * Sends {@code signal} (once in the container's life), waits for the grace period, then kills every process of the
     * container and waits for the end. May be called while another stop of the same container is under way: the
     * shortest grace period counts, and all calls return when the container has ended. Afterwards
     * {@link Observer#sighting(ContainerId)} tells the exit.
     */
    Stopped stop(ContainerId id, Signal signal, GracePeriod grace);

    /** Removes everything that {@link #create} made, also half of it; kills what still runs. Leaves the log file. */
    Removed remove(ContainerId id);

    /** Applies the limits that say something, all or none. */
    void update(ContainerId id, Resources resources);

    /**
     * Writes the state of running containers, their memory with their files, to an archive for each. All stand still from
     * before the first is written until the last is, and run on afterwards: also after a failure, after an interrupt, and
     * when the daemon dies meanwhile, then at the latest when the next one opens the backend. When it throws, half an
     * archive may stay.
     *
     * @throws Fault Unsupported if the engine cannot; Refused if this host cannot, with the reason
     */
    default void checkpoint(CheckpointRequest request) {
        throw new Fault(new Fault.Kind.Unsupported("a checkpoint", "this engine has no checkpoints"));
    }

    /**
     * As {@link #create}, but {@link #start} lets the process go on that {@link #checkpoint} has written to {@code archive},
     * with its files. Keeps what it needs of the archive, which is only read.
     *
     * @throws Fault Unsupported if the engine cannot; Refused if this host cannot, with the reason
     */
    default Created restore(SandboxSpec sandbox, ContainerSpec spec, Path archive) {
        throw new Fault(new Fault.Kind.Unsupported("a checkpoint", "this engine has no checkpoints"));
    }

    /** Goes on writing to a new file at the log's path, which was renamed before; loses and splits no line. */
    void reopenLog(ContainerId id);
}
