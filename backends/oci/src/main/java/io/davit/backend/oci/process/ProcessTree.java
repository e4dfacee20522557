package io.davit.backend.oci.process;

import io.davit.backend.oci.syscall.Signals;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A process with everything that came from it: its descendants, and who is in its session or its process group. A child
 * whose parents have ended and that has a session of its own is nobody's any more, and is not found.
 */
public final class ProcessTree {
    private static final int ROUNDS_MAX = 100;

    private final ProcessIdentity root;
    private final long session;
    private final long group;

    private ProcessTree(ProcessIdentity root, ProcessStat stat) {
        this.root = root;
        this.session = stat.session();
        this.group = stat.group();
    }

    /** Kills them all; nothing happens if the root has ended. Looks at every process of the host a few times. */
    public static void kill(ProcessIdentity root) {
        ProcessStat.read(root.pid())
                .filter(ProcessStat::alive)
                .filter(stat -> stat.startTicks() == root.startTicks())
                .ifPresent(stat -> new ProcessTree(root, stat).kill());
    }

    /** Stops them first, because who is stopped does not fork while we look for the others. */
    private void kill() {
        Set<ProcessIdentity> members = new HashSet<>();
        members.add(root);
        root.signal(Signals.STOP);
        boolean grows = true;
        for (int round = 0; grows && round < ROUNDS_MAX; round++) {
            grows = false;
            for (ProcessIdentity one : look()) {
                if (!members.add(one)) continue;
                one.signal(Signals.STOP);
                grows = true;
            }
        }
        members.forEach(one -> one.signal(Signals.KILL));
    }

    private Set<ProcessIdentity> look() {
        Map<Long, ProcessStat> all = ProcessList.stats();
        Map<Long, Boolean> decided = new HashMap<>();
        Set<ProcessIdentity> found = new HashSet<>();
        boolean sessionIsOurs = isOurs(session, all);
        boolean groupIsOurs = isOurs(group, all);
        all.forEach((pid, stat) -> {
            boolean kin = (sessionIsOurs && stat.session() == session)
                    || (groupIsOurs && stat.group() == group)
                    || descends(pid, all, decided);
            if (kin && stat.alive()) found.add(new ProcessIdentity(pid, stat.startTicks()));
        });
        return found;
    }

    /**
     * Whether a session or group holds nothing else than the tree: its leader is the root, or has ended, as crun's helper
     * has that led the command there. Never this process's own: whoever started davit may have ended, too.
     */
    private boolean isOurs(long leader, Map<Long, ProcessStat> all) {
        if (leader <= 1) return false;
        if (leader == root.pid()) return true;
        ProcessStat self = all.get(ProcessHandle.current().pid());
        if (self == null || self.session() == leader || self.group() == leader) return false;
        ProcessStat there = all.get(leader);
        return there == null || !there.alive();
    }

    private boolean descends(long pid, Map<Long, ProcessStat> all, Map<Long, Boolean> decided) {
        if (pid == root.pid()) return true;
        Boolean known = decided.get(pid);
        if (known != null) return known;
        decided.put(pid, false); // ends the search should the numbers, read one after the other, form a circle
        ProcessStat stat = all.get(pid);
        boolean descends = stat != null && stat.parent() > 1 && descends(stat.parent(), all, decided);
        decided.put(pid, descends);
        return descends;
    }
}
