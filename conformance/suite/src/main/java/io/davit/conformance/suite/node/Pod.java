package io.davit.conformance.suite.node;

import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxStatus;
import java.nio.file.Path;

/** A pod sandbox of a test. */
public final class Pod {
    private final Workbench bench;
    private final String id;
    private final PodSandboxConfig config;

    Pod(Workbench bench, String id, PodSandboxConfig config) {
        this.bench = bench;
        this.id = id;
        this.config = config;
    }

    public String id() {
        return id;
    }

    public PodSandboxConfig config() {
        return config;
    }

    public Path logDirectory() {
        return Path.of(config.getLogDirectory());
    }

    public PodSandboxStatus status() {
        return bench.cri().podSandboxStatus(id);
    }

    public void stop() {
        bench.cri().stopPodSandbox(id);
    }

    public void remove() {
        bench.cri().removePodSandbox(id);
    }

    public Container create(ContainerConfig.Builder config) {
        return create(config.build());
    }

    public Container create(ContainerConfig container) {
        return new Container(bench, this, bench.cri().createContainer(id, container, config), container);
    }

    /** Creates a container and starts it. */
    public Container run(ContainerConfig.Builder container) {
        Container created = create(container);
        created.start();
        return created;
    }
}
