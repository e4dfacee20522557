package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.files.NoteFile;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.namespaces.PinnedNamespaces;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What lies where in the directory of one sandbox. */
public record SandboxDirectory(Path path) {
    public Path hostname() {
        return path.resolve("hostname");
    }

    /** What the pod calls itself. */
    public String readHostname() {
        return PrivateFiles.read(hostname())
                .map(String::strip)
                .orElseThrow(() -> Fault.failed("read " + hostname(), "the sandbox has no files; it was stopped"));
    }

    public Path hosts() {
        return path.resolve("hosts");
    }

    public Path resolvConf() {
        return path.resolve("resolv.conf");
    }

    /** The pod's /dev/shm; a mount, unless the pod uses the host's IPC namespace. */
    public Path shm() {
        return path.resolve("shm");
    }

    /** The SELinux level that is the pod's alone; not there if the pod has no labels. */
    Path selinuxLevel() {
        return path.resolve("selinux-level");
    }

    public Optional<String> readSelinuxLevel() {
        return PrivateFiles.read(selinuxLevel());
    }

    /** The /sys of the pod's network; a mount, in privileged pods with a network of their own. */
    Path sys() {
        return path.resolve("sys");
    }

    /** Directory of the pinned namespaces. */
    public Path pins() {
        return path.resolve("ns");
    }

    public Path pin(NamespaceKind kind) {
        return PinnedNamespaces.pin(pins(), kind);
    }

    /** Whether containers can be made in it: it was started, and not stopped. */
    public boolean usable() {
        return Files.exists(hostname()) && !Files.exists(stopped());
    }

    /** Marks that the sandbox was stopped; its time is the time of that. */
    Path stopped() {
        return path.resolve("stopped");
    }

    NoteFile<SandboxNote> note() {
        return new NoteFile<>(path.resolve("sandbox.json"), SandboxNote.class);
    }

    NoteFile<HolderNote> holder() {
        return new NoteFile<>(path.resolve("holder.json"), HolderNote.class);
    }
}
