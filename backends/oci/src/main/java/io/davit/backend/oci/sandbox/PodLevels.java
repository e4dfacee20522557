package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.files.Ids;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.core.domain.SandboxId;
import java.util.HashSet;
import java.util.Set;

/** Gives each pod an SELinux level that no other pod of the node has: two categories of the 1024 (MCS). Thread-safe. */
final class PodLevels {
    private static final int CATEGORIES = 1024;
    private static final int PAIRS = CATEGORIES * (CATEGORIES - 1) / 2;

    private final VolatileLayout layout;

    PodLevels(VolatileLayout layout) {
        this.layout = layout;
    }

    /** Takes one, and notes it in the pod's directory, which it has until that is removed. */
    synchronized String take(SandboxId id) {
        Set<String> taken = new HashSet<>();
        PrivateFiles.names(layout.sandboxes())
                .forEach(name -> Ids.sandbox(name)
                        .map(other -> new SandboxDirectory(layout.sandbox(other)))
                        .flatMap(SandboxDirectory::readSelinuxLevel)
                        .ifPresent(taken::add));
        int number = Math.floorMod(id.value().hashCode(), PAIRS);
        while (taken.contains(level(number))) number = (number + 1) % PAIRS;
        PrivateFiles.write(new SandboxDirectory(layout.sandbox(id)).selinuxLevel(), level(number));
        return level(number);
    }

    /** The categories of pair {@code number}, counted (0,1), (0,2), (1,2), (0,3) and so on. */
    static String level(int number) {
        int high = (int) ((1 + Math.sqrt(1 + 8.0 * number)) / 2);
        int low = number - high * (high - 1) / 2;
        return "s0:c" + low + ",c" + high;
    }
}
