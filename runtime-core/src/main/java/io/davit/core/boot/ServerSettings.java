package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code [server]}: what the daemon as a whole needs. */
public record ServerSettings(
        @Setting(
                comment = "Unix socket of the CRI service: the kubelet's --container-runtime-endpoint, without"
                        + " unix://. Its mode is 0660.",
                value = "/run/davit/davit.sock")
        Path socket,

        @Setting(
                comment = "What must survive a reboot: images, layers, records of pods. Mode 0700, on a disk.",
                value = "/var/lib/davit")
        Path root,

        @Setting(
                comment = "What may be gone after a reboot: namespaces, mounts, sockets. Mode 0700, best on a"
                        + " tmpfs.",
                value = "/run/davit")
        Path state,

        @Setting(
                comment = "Backends to open. The first is the default one: for image requests and for pods"
                        + " without a runtime class, where default-handler is empty.",
                value = "oci")
        List<String> backends,

        @Setting(
                comment = "Runtime handler of pods without a runtime class; empty: the first one that the first"
                        + " backend offers.",
                value = "")
        String defaultHandler,

        @Setting(comment = "Largest request and answer on the socket, in bytes.", value = "16777216")
        int messageBytesMax,

        @Setting(
                comment = "How many short-lived programs (network plugins, runtimes) run at a time; 0: twice the"
                        + " number of processors.",
                value = "0")
        int parallelPrograms) {
    /** sun_path in sockaddr_un has 108 bytes, one of them for the end (unix(7)). */
    private static final int SOCKET_PATH_BYTES_MAX = 107;

    /** The kubelet answers lists of up to 16 MiB; below 4 MiB, gRPC's default, even small nodes fail. */
    private static final int MESSAGE_BYTES_MIN = 4 * 1024 * 1024;

    /** @throws Fault InvalidRequest with every key that is wrong */
    public ServerSettings {
        backends = List.copyOf(backends);
        Problems problems = new Problems();
        required(problems, "socket", socket);
        required(problems, "root", root);
        required(problems, "state", state);
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_BYTES_MAX) {
            problems.add("socket", "longer than " + SOCKET_PATH_BYTES_MAX + " bytes, the kernel's limit for sockets");
        }
        if (root.equals(state)) problems.add("state", "is the same directory as root; give it one of its own");
        if (backends.isEmpty()) problems.add("backends", "names no backend; try [\"oci\"]");
        if (messageBytesMax < MESSAGE_BYTES_MIN) {
            problems.add("message-bytes-max", "below " + MESSAGE_BYTES_MIN + ", which lists of containers can exceed");
        }
        if (parallelPrograms < 0) problems.add("parallel-programs", "is negative");
        problems.throwIfAny();
    }

    private static void required(Problems problems, String key, Path path) {
        if (path.toString().isEmpty()) problems.add(key, "is empty; it must be an absolute path");
    }
}
