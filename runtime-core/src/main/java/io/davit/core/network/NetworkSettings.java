package io.davit.core.network;

import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code [network]}: the pod network. */
public record NetworkSettings(
        @Setting(
                comment = "Directory of the CNI configuration. Its first .conflist, .conf or .json file by name"
                        + " is the pod network; changes are seen at once.",
                value = "/etc/cni/net.d")
        Path cniConfDir,

        @Setting(
                comment = "Directories of the CNI plugins, in the order they are searched.",
                value = "/opt/cni/bin, /usr/lib/cni")
        List<Path> cniBinDirs,

        @Setting(
                comment = "Which of a pod's addresses is its first: cni (as the network says), ipv4 or ipv6.",
                value = "cni")
        AddressPreference ipPreference,

        @Setting(comment = "A network plugin is killed after this.", value = "1m")
        Duration pluginLimit) {
    /** @throws io.davit.core.domain.Fault InvalidRequest with every key that is wrong */
    public NetworkSettings {
        cniBinDirs = List.copyOf(cniBinDirs);
        Problems problems = new Problems();
        if (cniConfDir.toString().isEmpty()) problems.add("cni-conf-dir", "is empty; it must be an absolute path");
        if (cniBinDirs.isEmpty()) problems.add("cni-bin-dirs", "names no directory");
        if (!pluginLimit.isPositive()) problems.add("plugin-limit", "must be longer than 0s");
        problems.throwIfAny();
    }
}
