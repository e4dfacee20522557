package io.davit.core.spi;

import io.davit.core.domain.RuntimeHandler;
import java.util.List;
import java.util.Optional;

/**
 * What a backend is and can do.
 *
 * @param name as in the configuration
 * @param version of the engine
 * @param handlers in a stable order, at least one; the first is the backend's own default
 * @param cgroupDriver must agree over all backends of a node
 * @param needsPodNetwork whether it leaves pods' network to the core: without a pod network the node is not ready then
 * @param trouble why no container could be started now, if so; becomes the RuntimeReady condition
 */
public record BackendInfo(
        String name,
        String version,
        List<Handler> handlers,
        CgroupDriver cgroupDriver,
        Features features,
        boolean needsPodNetwork,
        Optional<String> trouble) {
    public BackendInfo {
        handlers = List.copyOf(handlers);
    }

    /** A runtime handler and what it can do (cri-api RuntimeHandlerFeatures). */
    public record Handler(RuntimeHandler handler, boolean recursiveReadOnlyMounts, boolean userNamespaces) {}

    /** cri-api RuntimeFeatures; a feature is the node's only if every backend has it. */
    public record Features(boolean supplementalGroupsPolicy, boolean userNamespacesHostNetwork, boolean mountOptions) {}

    /** Who writes cgroups (cri-api CgroupDriver). */
    public enum CgroupDriver {
        SYSTEMD,
        CGROUPFS
    }
}
