package io.davit.backend.oci.bundle;

import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.host.SelinuxLabels;
import io.davit.backend.oci.sandbox.SandboxDirectory;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A container for which config.json is to be made.
 *
 * @param directory of its sandbox
 * @param rootfs mounted already
 * @param cgroup its control group, as {@code cgroupsPath} names it
 * @param targetPid the PID namespace that mode TARGET joins, if that container runs
 * @param makesForeignDevices whether its OCI runtime makes device nodes in a user namespace, too
 * @param recursiveReadOnly whether its OCI runtime knows {@code rro}
 * @param annotations that the OCI runtime may see
 * @param owner of the pod's files, if it has a user namespace
 * @param labels of the container
 */
public record BundleRequest(
        SandboxSpec sandbox,
        ContainerSpec container,
        SandboxDirectory directory,
        Path rootfs,
        String cgroup,
        Optional<Path> targetPid,
        boolean makesForeignDevices,
        boolean recursiveReadOnly,
        Map<String, String> annotations,
        Optional<PodOwner> owner,
        SelinuxLabels labels,
        MountSources sources) {
    public BundleRequest {
        annotations = Map.copyOf(annotations);
    }
}
