package io.davit.backend.oci.cgroup;

import io.davit.core.cgroup.ControlGroup;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Lets all processes of a control group stand still (kernel, freezer-subsystem.rst, cgroup-v2.rst "cgroup.freeze"). */
public final class Freezer {
    private static final Duration FREEZE_MAX = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private final boolean unified;
    private final Path command;
    private final Path state;

    Freezer(Cgroup group, Cgroups cgroups) {
        this.unified = cgroups.pureUnified();
        this.command = unified ? group.file("", "cgroup.freeze") : group.file("freezer", "freezer.state");
        this.state = unified ? group.file("", "cgroup.events") : command;
    }

    /** Returns when they stand still; if that takes too long, they run on. */
    public void freeze(Duration most) {
        Duration limit = most.compareTo(FREEZE_MAX) < 0 ? most : FREEZE_MAX;
        long deadline = System.nanoTime() + limit.toNanos();
        write(unified ? "1" : "FROZEN");
        while (!frozen()) {
            if (!Files.exists(command)) throw Fault.failed("freeze " + command.getParent(), "all of it has ended");
            if (System.nanoTime() > deadline) {
                thaw();
                throw Fault.failed(
                        "freeze " + command.getParent(),
                        "a process of it does not stand still within " + limit.toMillis()
                                + " ms: it hangs in the kernel (state D in ps)");
            }
            pause();
        }
    }

    private boolean frozen() {
        List<String> lines = ControlGroup.lines(state);
        return lines.contains("FROZEN") || lines.contains("frozen 1");
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the wait is short; whoever asked sees it afterwards
            Thread.onSpinWait();
        }
    }

    /** Lets them run on. Nothing happens if they run, or the group is gone. */
    public void thaw() {
        if (Files.exists(command)) write(unified ? "0" : "THAWED");
    }

    private void write(String word) {
        try {
            Files.writeString(command, word);
        } catch (IOException e) {
            if (Files.exists(command)) throw Fault.failed("write " + word + " to " + command, e);
        }
    }
}
