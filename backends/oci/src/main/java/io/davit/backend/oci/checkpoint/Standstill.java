package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.container.Checkpoints;
import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.files.PrivateFiles;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers that stand still until this is closed. A mark in the directory of each says so: a daemon that finds one at
 * its start thaws the container.
 */
final class Standstill implements AutoCloseable {
    private final Cgroups cgroups;
    private final List<Checkpoints.Target> frozen = new ArrayList<>();

    private Standstill(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    /** All or none. */
    static Standstill of(List<Checkpoints.Target> targets, Cgroups cgroups, Stopwatch limit) {
        Standstill still = new Standstill(cgroups);
        try {
            targets.forEach(target -> still.freeze(target, limit));
            return still;
        } catch (RuntimeException e) {
            still.close();
            throw e;
        }
    }

    private void freeze(Checkpoints.Target target, Stopwatch limit) {
        frozen.add(target);
        PrivateFiles.mark(target.directory().frozen());
        cgroups.group(target.note().cgroup()).freezer().freeze(limit.left());
    }

    /** Every one runs on, also when another cannot be thawed, and for a caller who was interrupted. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        List<RuntimeException> failures = new ArrayList<>();
        for (Checkpoints.Target target : frozen) {
            try {
                thaw(target.directory(), target.note(), cgroups);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (!failures.isEmpty()) throw failures.getFirst();
    }

    static void thaw(ContainerDirectory directory, ContainerNote note, Cgroups cgroups) {
        cgroups.group(note.cgroup()).freezer().thaw();
        PrivateFiles.delete(directory.frozen());
    }
}
