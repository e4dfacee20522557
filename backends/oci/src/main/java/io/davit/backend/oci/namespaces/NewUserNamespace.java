package io.davit.backend.oci.namespaces;

import io.davit.backend.oci.host.ProgramSearch;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.backend.oci.syscall.Spawn;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.Fault;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.Namespaces.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A user namespace, with others that it owns, held by a process until {@link #close}. A process with threads, as a JVM
 * is, cannot make one itself (unshare(2)); unshare(1) does.
 */
public final class NewUserNamespace implements AutoCloseable {
    private static final String HOLDER = "cat";
    private static final Duration START_MAX = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    private final Descriptor input;
    private final int pid;

    private NewUserNamespace(Descriptor input, int pid) {
        this.input = input;
        this.pid = pid;
    }

    /**
     * Makes them.
     *
     * @param mapping of mode POD
     * @param owned kinds of further namespaces; the new user namespace owns them
     */
    public static NewUserNamespace make(UserNamespace mapping, Set<NamespaceKind> owned) {
        Path program = program("unshare");
        List<String> words = new ArrayList<>(List.of(program.toString(), "--user"));
        owned.forEach(kind -> words.add("--" + option(kind)));
        words.add(program(HOLDER).toString());
        try (Descriptor.Pipe pipe = Descriptor.pipe()) {
            // It lives as long as its input: should the daemon die, it ends too.
            List<Integer> descriptors = List.of(pipe.readEnd().number(), Spawn.NULL, Spawn.NULL);
            int pid = Spawn.start(new Spawn.Program(program, words, Map.of(), Path.of("/"), descriptors));
            NewUserNamespace made = new NewUserNamespace(pipe.writeEnd().moved(), pid);
            try {
                made.awaitExec();
                made.map("uid_map", mapping.uid());
                made.map("gid_map", mapping.gid());
                return made;
            } catch (Fault fault) {
                made.close();
                throw fault;
            }
        }
    }

    private static Path program(String name) {
        return ProgramSearch.find(name)
                .orElseThrow(() -> Fault.failed(
                        "make a user namespace",
                        "there is no program '" + name + "'; apt-get install util-linux coreutils"));
    }

    private static String option(NamespaceKind kind) {
        return switch (kind) {
            case NET -> "net";
            case IPC -> "ipc";
            case UTS -> "uts";
            case PID, MOUNT, CGROUP, USER -> throw new IllegalArgumentException("not to be pinned this way: " + kind);
        };
    }

    // What unshare executes in the end is proof that the namespaces are there.
    private void awaitExec() {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (System.nanoTime() < deadline) {
            List<String> arguments = ProcessList.arguments(pid);
            if (!arguments.isEmpty() && arguments.getFirst().endsWith("/" + HOLDER)) return;
            if (!Files.exists(Path.of("/proc/" + pid, "exe"))) break;
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                throw new Fault(new Fault.Kind.Cancelled("making a user namespace"), e);
            }
        }
        throw Fault.failed("make a user namespace", "unshare(1) could not; look at /proc/sys/user/max_user_namespaces");
    }

    private void map(String file, IdMapping mapping) {
        Path path = Path.of("/proc/" + pid, file);
        try {
            Files.writeString(path, mapping.containerId() + " " + mapping.hostId() + " " + mapping.length());
        } catch (IOException e) {
            throw Fault.failed("map the ids " + mapping + " in a user namespace", e);
        }
    }

    /** A path by which the namespace can be pinned or opened until {@link #close}. */
    public Path file(NamespaceKind kind) {
        return Path.of("/proc/" + pid, "ns", kind.file());
    }

    @Override
    public void close() {
        input.close();
        ThrowAwayThread.call("reap", () -> Spawn.reap(pid));
    }
}
