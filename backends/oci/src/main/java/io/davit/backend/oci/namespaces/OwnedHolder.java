package io.davit.backend.oci.namespaces;

import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.host.ProgramSearch;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.IsolatedSpawn;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.backend.oci.syscall.Signals;
import io.davit.backend.oci.syscall.Spawn;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the holder of a PID namespace that the pod's user namespace owns. A process with threads cannot enter a user
 * namespace (setns(2)), so programs of util-linux do, one after the other, and execute the holder in the end. They run
 * with the host's files below {@code host} in the holder's root, which are taken away when they are done: whoever may
 * trace the holder sees only its own root through /proc/1/root.
 */
final class OwnedHolder {
    private static final String HOST = "host";
    /** Where dynamically linked programs look; each becomes a symlink into the host's files. */
    private static final List<String> LOADED_FROM = List.of("usr", "bin", "sbin", "lib", "lib64", "etc");

    private static final Duration START_MAX = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    private final Path root;

    OwnedHolder(Path root) {
        this.root = root;
    }

    /** Makes what the programs on the way need in the holder's root. Idempotent. */
    static void furnish(Path root) throws IOException {
        Files.createDirectories(root.resolve(HOST));
        for (String name : LOADED_FROM) {
            link(root.resolve(name), Path.of(HOST, name));
        }
    }

    private static void link(Path link, Path target) throws IOException {
        try {
            Files.createSymbolicLink(link, target);
        } catch (FileAlreadyExistsException _) {
            // An earlier daemon made it.
        }
    }

    /**
     * Starts it.
     *
     * @param name its first argument, after a slash
     * @param pins of the sandbox, with its user namespace
     * @param join the pod's other namespaces
     */
    ProcessIdentity start(String name, Path pins, Map<NamespaceKind, Path> join) {
        Path own = root.resolve(name);
        String user = "/" + HOST + PinnedNamespaces.pin(pins, NamespaceKind.USER);
        List<String> words = List.of(
                program("nsenter"),
                "--user=" + user,
                program("unshare"),
                "--pid",
                "--fork",
                program("setpriv"),
                "--no-new-privs",
                "--bounding-set=-all",
                "--inh-caps=-all",
                "/" + name,
                "-P");
        // Opened here: there is no /dev where the programs start.
        try (Descriptor nothing = Descriptor.devNull()) {
            List<Integer> none = List.of(nothing.number(), nothing.number(), nothing.number());
            // The name of the file is what the holder is called, and found by.
            link(own, Path.of(PidNamespaceHolder.PROGRAM));
            int first = IsolatedSpawn.startBesideHost(
                    new Spawn.Program(Path.of(words.getFirst()), words, Map.of(), Path.of("/"), none),
                    root,
                    HOST,
                    join);
            try {
                ProcessIdentity holder = awaitHolder(first, "/" + name);
                IsolatedSpawn.hideHost(holder.pid(), HOST);
                return holder;
            } finally {
                // unshare only waits for the holder, which gets on without.
                ProcessIdentity.of(first).ifPresent(waiting -> waiting.signal(Signals.KILL));
                ThrowAwayThread.call("reap", () -> Spawn.reap(first));
            }
        } catch (IOException e) {
            throw Fault.failed("make " + own, e);
        } finally {
            PrivateFiles.delete(own);
        }
    }

    private static String program(String name) {
        return ProgramSearch.find(name)
                .map(Path::toString)
                .orElseThrow(() -> Fault.failed(
                        "start the holder of the pod's PID namespace",
                        "there is no program '" + name + "'; apt-get install util-linux"));
    }

    private static ProcessIdentity awaitHolder(int first, String name) {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (System.nanoTime() < deadline && ProcessIdentity.of(first).isPresent()) {
            Optional<ProcessIdentity> holder = ProcessList.children(first).stream()
                    .filter(child ->
                            ProcessList.arguments(child).stream().findFirst().equals(Optional.of(name)))
                    .findFirst()
                    .flatMap(ProcessIdentity::of);
            if (holder.isPresent()) return holder.get();
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                throw new Fault(new Fault.Kind.Cancelled("starting the holder of a PID namespace"), e);
            }
        }
        throw Fault.failed(
                "start the holder of the pod's PID namespace",
                "nsenter, unshare and setpriv did not get to it; it must be linked statically");
    }
}
