package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.Problems;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.Backends;
import io.davit.core.node.ImageLookup;
import io.davit.core.node.Node;
import io.davit.core.store.PodCheckpoint;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Makes a ready sandbox out of a checkpoint, with containers that wait for their start to go on where they were, or leaves
 * nothing. A crash on the way leaves a sandbox that was never ready, which recovery removes with all that is in it.
 */
public final class RestorePod {
    private final Node node;
    private final RunPodSandbox runPodSandbox;
    private final CreateContainer createContainer;
    private final RandomGenerator random;
    private final InFlight<SandboxName, Restored> inFlight;

    public RestorePod(Node node, RunPodSandbox runPodSandbox, CreateContainer createContainer, RandomGenerator random) {
        this.node = node;
        this.runPodSandbox = runPodSandbox;
        this.createContainer = createContainer;
        this.random = random;
        this.inFlight = new InFlight<>("RestorePod", InFlight.WhenAbandoned.FINISH, this::isReady, node.clock());
    }

    /** @param containers by name */
    public record Restored(SandboxId sandbox, Map<String, ContainerId> containers) {
        public Restored {
            containers = Map.copyOf(containers);
        }
    }

    /**
     * The new sandbox with its containers, or those that an earlier call for the same name made or is making for a client
     * that has left.
     *
     * @param checkpoint a directory that CheckpointPod has filled; only read
     * @param wanted one for each container in it
     * @throws Fault Absent for a checkpoint or image that is not there; InvalidRequest for what does not fit the
     *     checkpoint; Conflict if a sandbox of that name exists; Refused with the reason why this node cannot
     */
    public Restored run(SandboxSpec spec, Path checkpoint, List<ContainerRequest> wanted, Caller caller) {
        CheckpointPod.requireDeadline(caller);
        return inFlight.call(spec.name(), caller, stage -> make(spec, checkpoint, wanted, stage));
    }

    private boolean isReady(Restored restored) {
        return node.store()
                .find(restored.sandbox())
                .filter(record -> record.state().phase() == SandboxPhase.READY)
                .isPresent();
    }

    private Restored make(SandboxSpec spec, Path checkpoint, List<ContainerRequest> wanted, InFlight.Stage stage) {
        stage.enter("reading the checkpoint");
        PodCheckpoint taken = PodCheckpoint.read(checkpoint);
        Backends.Named chosen = node.backends().forHandler(spec.handler());
        requireFit(taken, node.backends().forBackend(chosen.name(), spec), chosen, wanted);
        Map<ContainerSpec, ContainerSpec> takenFor = assemble(taken, spec, chosen, wanted);
        SandboxId id = runPodSandbox.make(
                spec,
                stage,
                (sandbox, undo) -> takenFor.forEach((container, old) -> {
                    stage.enter("restoring container " + container.name().name());
                    createContainer.restore(sandbox, container, PodCheckpoint.archive(checkpoint, old));
                    undo.push("container " + container.id(), () -> createContainer.discard(container.id()));
                }));
        return new Restored(
                id,
                takenFor.keySet().stream()
                        .collect(Collectors.toMap(container -> container.name().name(), ContainerSpec::id)));
    }

    private static void requireFit(
            PodCheckpoint taken, SandboxSpec pod, Backends.Named chosen, List<ContainerRequest> wanted) {
        Problems problems = new Problems();
        if (!taken.backend().equals(chosen.name()) || !taken.handler().equals(pod.handler())) {
            problems.add("runtime_handler", "the checkpoint was written by '" + taken.handler() + "'");
        }
        if (!taken.sandbox().security().namespaces().equals(pod.security().namespaces())) {
            problems.add("config.linux.security_context.namespace_options", "differ from the checkpoint's");
        }
        List<String> names = wanted.stream().map(ContainerRequest::name).toList();
        Set<String> known = taken.containers().stream()
                .map(container -> container.name().name())
                .collect(Collectors.toSet());
        if (names.size() != known.size() || !new HashSet<>(names).equals(known)) {
            problems.add("container_configs", "are of " + names + ", the checkpoint is of " + known);
        }
        problems.throwIfAny();
    }

    /** The new containers, each with the one in the checkpoint. */
    private Map<ContainerSpec, ContainerSpec> assemble(
            PodCheckpoint taken, SandboxSpec spec, Backends.Named chosen, List<ContainerRequest> wanted) {
        List<Image> images = chosen.backend().images().list();
        ImageLookup names = node.names();
        Map<ContainerSpec, ContainerSpec> takenFor = new LinkedHashMap<>();
        Problems problems = new Problems();
        for (ContainerSpec old : taken.containers()) {
            ContainerRequest request = wanted.stream()
                    .filter(one -> one.name().equals(old.name().name()))
                    .findFirst()
                    .orElseThrow();
            Image image =
                    names.resolve(images, request.image().image()).orElseThrow(() -> CreateContainer.noImage(request));
            ContainerSpec fresh = ContainerAssembly.assemble(
                    ContainerId.random(random), request, spec, image, name -> names.resolve(images, name));
            compare(old, fresh, problems);
            if (!asked(old, taken.sandbox()).equals(asked(fresh, spec))) {
                // Values may be secrets.
                problems.add(at(old) + "envs", "differ from the checkpoint's");
            }
            takenFor.put(fresh, old);
        }
        problems.throwIfAny();
        return takenFor;
    }

    /** What is part of the process that was written down and cannot become another (cri-api, RestorePod). */
    private static void compare(ContainerSpec old, ContainerSpec fresh, Problems problems) {
        String at = at(old);
        requireSame(problems, at + "image", old.imageId(), fresh.imageId());
        requireSame(
                problems,
                at + "command and args",
                old.process().arguments(),
                fresh.process().arguments());
        requireSame(
                problems,
                at + "working_dir",
                old.process().workingDirectory(),
                fresh.process().workingDirectory());
        requireSame(problems, at + "stdin and tty", old.stdio(), fresh.stdio());
        requireSame(
                problems,
                at + "run_as",
                old.security().runAs(),
                fresh.security().runAs());
        requireSame(
                problems,
                at + "run_as_group",
                old.security().runAsGroup(),
                fresh.security().runAsGroup());
        requireSame(
                problems,
                at + "supplemental_groups",
                old.security().supplementalGroups(),
                fresh.security().supplementalGroups());
        requireSame(
                problems,
                at + "namespace_options",
                old.security().namespaces(),
                fresh.security().namespaces());
    }

    private static String at(ContainerSpec container) {
        return "container_configs[" + container.name().name() + "].";
    }

    /** Its variables, but for the one that tells the name of the pod, which has another now. */
    private static Set<EnvironmentVariable> asked(ContainerSpec container, SandboxSpec pod) {
        Set<EnvironmentVariable> variables = new HashSet<>(container.process().environment());
        variables.remove(EnvironmentVariable.of("HOSTNAME", pod.hostname()));
        return variables;
    }

    private static void requireSame(Problems problems, String field, Object old, Object fresh) {
        if (!Objects.equals(old, fresh)) problems.add(field, "is " + fresh + ", in the checkpoint " + old);
    }
}
