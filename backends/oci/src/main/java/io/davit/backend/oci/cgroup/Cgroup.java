package io.davit.backend.oci.cgroup;

import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.syscall.Signals;
import io.davit.core.cgroup.ControlGroup;
import io.davit.core.cgroup.GroupUsage;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.Resources;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One control group with those below it, in every hierarchy. Groups come and go while we look: what is gone counts as
 * empty.
 */
public final class Cgroup implements ControlGroup {
    private static final Duration KILL_ROUND = Duration.ofMillis(5);
    /** From the end of a process to that of its membership. */
    private static final Duration GONE_MAX = Duration.ofSeconds(2);

    private final Cgroups cgroups;
    private final String path;

    Cgroup(Cgroups cgroups, String path) {
        if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/..") || path.equals("/")) {
            throw new IllegalArgumentException("not the path of a control group: " + path);
        }
        this.cgroups = cgroups;
        this.path = path;
    }

    private List<Path> directories() {
        return cgroups.roots().stream()
                .map(root -> root.resolve(path.substring(1)))
                .filter(Files::isDirectory)
                .toList();
    }

    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Makes the group where processes are accounted, and moves a process there, which must have no children yet. */
    void enter(long pid) {
        for (Path root : cgroups.accountingRoots()) {
            Path directory = root.resolve(path.substring(1));
            try {
                Files.createDirectories(directory);
                Files.writeString(directory.resolve("cgroup.procs"), String.valueOf(pid));
            } catch (IOException e) {
                throw Fault.failed("move process " + pid + " to the cgroup " + directory, e);
            }
        }
    }

    /** Moves a process there if the group is there. */
    public void enterIfThere(long pid) {
        if (exists()) enter(pid);
    }

    public boolean exists() {
        return !directories().isEmpty();
    }

    /** Names of the groups directly below it, in any hierarchy. */
    public Set<String> children() {
        Set<String> names = new HashSet<>();
        for (Path directory : directories()) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.filter(Files::isDirectory).forEach(group -> names.add(String.valueOf(group.getFileName())));
            } catch (IOException e) {
                if (Files.exists(directory)) throw Fault.failed("list the cgroup " + directory, e);
            }
        }
        return names;
    }

    /** Living processes of the group and of those below it. */
    public Set<Long> processes() {
        Set<Long> found = new HashSet<>();
        for (Path directory : directories()) {
            for (Path group : below(directory)) {
                ControlGroup.lines(group.resolve("cgroup.procs")).forEach(line -> found.add(Long.parseLong(line)));
            }
        }
        // 0 stands for a process outside of our PID namespace, which we could not signal.
        found.removeIf(pid -> pid <= 1 || ProcessIdentity.of(pid).isEmpty());
        return found;
    }

    /**
     * Kills every process of the group until there is none, also those that are born meanwhile.
     *
     * @return the processes that did not go within the limit: they hang in the kernel
     */
    public Set<Long> kill(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Set<Long> left = processes();
            if (left.isEmpty()) return left;
            left.forEach(pid -> Signals.send(pid, Signals.KILL));
            if (System.nanoTime() > deadline) return left;
            pause();
        }
    }

    /** How often the kernel has killed a process of this group because memory ran out. */
    public long oomKills() {
        return cgroups.pureUnified()
                ? counter(directoryOf("memory").resolve("memory.events"), "oom_kill")
                : counter(directoryOf("memory").resolve("memory.oom_control"), "oom_kill");
    }

    /** What its processes, with those of the groups below it, use now. Unknown if the group is gone. */
    public ResourceUsage usage(Clock clock) {
        return new GroupUsage(this, clock).read();
    }

    public Freezer freezer() {
        return new Freezer(this, cgroups);
    }

    /** Its limits now, with all that {@code change} names. */
    public GroupLimits limits(Resources change) {
        return GroupLimits.of(this, cgroups, change);
    }

    /** Takes the quota of processor time away; false on version 2, whose file has quota and period in one. */
    public boolean liftQuota() {
        Path quota = file("cpu", "cpu.cfs_quota_us");
        if (cgroups.pureUnified() || !Files.exists(quota)) return false;
        try {
            Files.writeString(quota, "-1\n");
            return true;
        } catch (IOException e) {
            throw Fault.failed("write -1 to " + quota, e);
        }
    }

    @Override
    public Path file(String controller, String name) {
        return directoryOf(controller).resolve(name);
    }

    @Override
    public boolean isFirst(String controller) {
        return cgroups.hierarchies().containsKey(controller);
    }

    @Override
    public boolean pureUnified() {
        return cgroups.pureUnified();
    }

    private Path directoryOf(String controller) {
        Path root =
                cgroups.hierarchies().getOrDefault(controller, cgroups.unified().orElse(Path.of("/sys/fs/cgroup")));
        return root.resolve(path.substring(1));
    }

    private static long counter(Path file, String name) {
        return ControlGroup.lines(file).stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    /**
     * Deletes the group and those below it in every hierarchy. Idempotent. Waits a moment for processes that have ended:
     * that can be seen before the kernel has taken the last of them out of its group (seen with Linux 6.18). Fails while
     * others stay.
     */
    public void remove() {
        long deadline = System.nanoTime() + GONE_MAX.toNanos();
        directories().forEach(directory -> remove(directory, deadline));
    }

    private static void remove(Path directory, long deadline) {
        while (true) {
            try {
                // Deepest first; a group is an empty directory to rmdir(2), whatever files it shows.
                for (Path group : below(directory).reversed()) {
                    Files.deleteIfExists(group);
                }
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) throw Fault.failed("remove the cgroup " + directory, e);
                pause();
            }
        }
    }

    private static List<Path> below(Path directory) {
        List<Path> groups = new ArrayList<>();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes attributes) {
                    groups.add(group);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path group, @Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw Fault.failed("look through the cgroup " + directory, e);
        }
        return groups;
    }

    private static void pause() {
        try {
            Thread.sleep(KILL_ROUND);
        } catch (InterruptedException _) {
            // Killing goes on: half-killed is worse than late. The caller sees the interrupt afterwards.
            Thread.currentThread().interrupt();
            Thread.onSpinWait();
        }
    }
}
