package io.davit.conformance.node;

import io.davit.conformance.client.Requests;
import io.davit.cri.v1.Container;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The kubelet's way with a pod, without its patience: looks at what is listed and does the next thing, whatever happened
 * before. An RPC that fails ends the call; the next one goes on from there.
 */
public final class TinyKubelet {
    private final Pods pods;
    private final Told told;

    public TinyKubelet(Pods pods, Told told) {
        this.pods = pods;
        this.told = told;
    }

    /** Brings the pod to where one sandbox is ready and each container runs {@code command} in it. */
    public void sync(String pod, List<String> containers, String... command) {
        String sandbox = ready(pod).orElseGet(() -> freshSandbox(pod));
        for (String name : containers) sync(sandbox, pod, name, command);
    }

    /** Ends the pod, and leaves nothing of it. */
    public void kill(String pod) {
        for (PodSandbox sandbox : sandboxes(pod)) remove(sandbox.getId());
    }

    /** Stops one container of the pod, if it runs. */
    public void stop(String pod, String name, long graceSeconds) {
        ready(pod).flatMap(sandbox -> newest(sandbox, name)).ifPresent(container -> {
            told.mayEnd(container.getId());
            pods.stop(container.getId(), graceSeconds);
        });
    }

    private Optional<String> ready(String pod) {
        return sandboxes(pod).stream()
                .filter(sandbox -> sandbox.getState() == PodSandboxState.SANDBOX_READY)
                .max(Comparator.comparingInt(sandbox -> sandbox.getMetadata().getAttempt()))
                .map(PodSandbox::getId);
    }

    /** As the kubelet: the same attempt if it sees no sandbox, the next one if it does. */
    private String freshSandbox(String pod) {
        List<PodSandbox> old = sandboxes(pod);
        int attempt = old.stream()
                .mapToInt(sandbox -> sandbox.getMetadata().getAttempt() + 1)
                .max()
                .orElse(0);
        for (PodSandbox sandbox : old) remove(sandbox.getId());
        String id = pods.run(pods.config(pod, attempt));
        told.podRuns(id);
        return id;
    }

    private void sync(String sandbox, String pod, String name, String... command) {
        Optional<Container> found = newest(sandbox, name);
        Optional<ContainerState> state = found.map(Container::getState);
        if (state.equals(Optional.of(ContainerState.CONTAINER_RUNNING))) return;
        String id = state.equals(Optional.of(ContainerState.CONTAINER_CREATED))
                ? found.orElseThrow().getId()
                : again(sandbox, pod, name, found, command);
        pods.start(id);
        told.containerRuns(id);
    }

    private String again(String sandbox, String pod, String name, Optional<Container> old, String... command) {
        int attempt =
                old.map(container -> container.getMetadata().getAttempt() + 1).orElse(0);
        old.ifPresent(container -> {
            told.mayEnd(container.getId());
            pods.stop(container.getId(), 0);
            pods.remove(container.getId());
        });
        ContainerConfig first = Requests.container(name, pods.image(), List.of(command));
        return pods.create(
                sandbox,
                pod,
                first.toBuilder()
                        .setMetadata(first.getMetadata().toBuilder().setAttempt(attempt))
                        .build());
    }

    private void remove(String sandbox) {
        told.mayEnd(sandbox);
        List<Container> inside = containers(sandbox);
        inside.forEach(container -> told.mayEnd(container.getId()));
        inside.forEach(container -> pods.stop(container.getId(), 0));
        pods.stopPod(sandbox);
        inside.forEach(container -> pods.remove(container.getId()));
        pods.removePod(sandbox);
    }

    private List<PodSandbox> sandboxes(String pod) {
        return pods.list().stream()
                .filter(sandbox -> sandbox.getMetadata().getName().equals(pod))
                .toList();
    }

    private List<Container> containers(String sandbox) {
        return pods.listContainers().stream()
                .filter(container -> container.getPodSandboxId().equals(sandbox))
                .toList();
    }

    private Optional<Container> newest(String sandbox, String name) {
        return containers(sandbox).stream()
                .filter(container -> container.getMetadata().getName().equals(name))
                .max(Comparator.comparingInt(
                        container -> container.getMetadata().getAttempt()));
    }
}
