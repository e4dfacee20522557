package io.davit.conformance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.cri.v1.Container;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxState;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What a client was told and has not taken back: it must hold, whatever becomes of the daemon. Thread-safe. */
public final class Told {
    private final Set<String> pods = ConcurrentHashMap.newKeySet();
    private final Set<String> containers = ConcurrentHashMap.newKeySet();

    public void podRuns(String id) {
        pods.add(id);
    }

    public void containerRuns(String id) {
        containers.add(id);
    }

    /** From now on this pod or container may be stopped or gone at any time. */
    public void mayEnd(String id) {
        pods.remove(id);
        containers.remove(id);
    }

    /** Whether the daemon behind {@code node} still says so. */
    public void assertHolds(Pods node) {
        Set<String> ready = node.list().stream()
                .filter(pod -> pod.getState() == PodSandboxState.SANDBOX_READY)
                .map(PodSandbox::getId)
                .collect(Collectors.toSet());
        Set<String> running = node.listContainers().stream()
                .filter(container -> container.getState() == ContainerState.CONTAINER_RUNNING)
                .map(Container::getId)
                .collect(Collectors.toSet());
        assertThat(ready).as("ready pods").containsAll(pods);
        assertThat(running).as("running containers").containsAll(containers);
    }
}
