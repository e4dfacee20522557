package io.davit.conformance.contract;

import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerName;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.ProcessSpec;
import io.davit.core.domain.Resources;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.domain.StdioMode;
import io.davit.core.domain.SupplementalGroups;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container as the core hands it to a backend, with little asked for; each method changes one thing. */
public final class ContainerSpecBuilder {
    private final ContainerId id;
    private final SandboxSpec sandbox;
    private final Image image;
    private final List<String> arguments;
    private final List<Mount> mounts = new ArrayList<>();
    private final List<EnvironmentVariable> environment = new ArrayList<>();
    private StdioMode stdio = new StdioMode(false, false, false);
    private Optional<Path> logPath = Optional.empty();
    private Resources resources = Resources.NONE;

    private ContainerSpecBuilder(ContainerId id, SandboxSpec sandbox, Image image, List<String> arguments) {
        this.id = id;
        this.sandbox = sandbox;
        this.image = image;
        this.arguments = arguments;
        environment.add(EnvironmentVariable.of("PATH", "/usr/bin:/bin"));
    }

    public static ContainerSpecBuilder of(ContainerId id, SandboxSpec sandbox, Image image, List<String> arguments) {
        return new ContainerSpecBuilder(id, sandbox, image, arguments);
    }

    public ContainerSpecBuilder stdio(StdioMode mode) {
        stdio = mode;
        return this;
    }

    public ContainerSpecBuilder log(Path path) {
        logPath = Optional.of(path);
        return this;
    }

    /** Its output is dropped. */
    public ContainerSpecBuilder withoutLog() {
        logPath = Optional.empty();
        return this;
    }

    public ContainerSpecBuilder environment(String name, String value) {
        environment.add(EnvironmentVariable.of(name, value));
        return this;
    }

    public ContainerSpecBuilder mount(Mount mount) {
        mounts.add(mount);
        return this;
    }

    public ContainerSpecBuilder resources(Resources limits) {
        resources = limits;
        return this;
    }

    public ContainerSpec build() {
        String name = "container-" + id.value().substring(0, 8);
        return new ContainerSpec(
                id,
                new ContainerName(sandbox.id(), name, 0),
                ImageSpec.of(image.id().toString()),
                image.id(),
                image.reference(),
                new ProcessSpec(arguments, environment, "/"),
                stdio,
                mounts,
                List.of(),
                List.of(),
                List.of(),
                Map.of("container", name),
                Map.of("davit.test/note", "kept as it is"),
                logPath,
                resources,
                security(),
                Signal.TERM);
    }

    private ContainerSecurity security() {
        Namespaces own = sandbox.security().namespaces();
        Namespaces namespaces =
                new Namespaces(own.network(), NamespaceMode.CONTAINER, own.ipc(), Optional.empty(), Optional.empty());
        return new ContainerSecurity(
                Capabilities.DEFAULT,
                false,
                namespaces,
                Optional.empty(),
                new RunAs.FromImage(""),
                Optional.empty(),
                false,
                SupplementalGroups.NONE,
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }
}
