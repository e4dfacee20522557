package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Backend;
import io.davit.core.spi.Containers;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Sighting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The backend under test, and everything the test made in it. */
final class Engine {
    static final GracePeriod LONG = GracePeriod.ofSeconds(600);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final BackendContract contract;
    private final HostServices host;
    private final Path logs;
    private final List<SandboxSpec> sandboxes = new ArrayList<>();
    private final List<ContainerId> containers = new ArrayList<>();
    private Backend backend;
    private Optional<Image> image = Optional.empty();

    Engine(BackendContract contract, Path root) {
        this.contract = contract;
        this.host = TestHost.below(root);
        this.logs = root.resolve("logs");
        this.backend = contract.open(host);
    }

    Backend backend() {
        return backend;
    }

    Sandboxes sandboxes() {
        return backend.sandboxes();
    }

    Containers containers() {
        return backend.containers();
    }

    Programs programs() {
        return contract.programs();
    }

    TestImages images() {
        return contract.images();
    }

    HostServices host() {
        return host;
    }

    /** The daemon goes away and comes back. */
    void restart() {
        backend.close();
        backend = contract.open(host);
    }

    SandboxSpec sandboxSpec(UnaryOperator<SandboxSpecBuilder> change) {
        SandboxId id = SandboxId.random(host.random());
        SandboxSpecBuilder builder = SandboxSpecBuilder.of(
                        id, "pod-" + id.value().substring(0, 8))
                .logDirectory(logs)
                .cgroupParent(contract.cgroupParent());
        return change.apply(builder).build();
    }

    /** A sandbox that lives. */
    SandboxSpec sandbox() {
        return start(sandboxSpec(UnaryOperator.identity()));
    }

    SandboxSpec start(SandboxSpec spec) {
        sandboxes.add(spec);
        backend.sandboxes().start(spec);
        return spec;
    }

    SandboxSpec sandboxOf(ContainerSpec container) {
        return sandboxes.stream()
                .filter(one -> one.id().equals(container.sandbox()))
                .findFirst()
                .orElseThrow();
    }

    ContainerSpec containerSpec(
            SandboxSpec sandbox, List<String> arguments, UnaryOperator<ContainerSpecBuilder> change) {
        ContainerId id = ContainerId.random(host.random());
        ContainerSpecBuilder builder =
                ContainerSpecBuilder.of(id, sandbox, image(), arguments).log(logs.resolve(id.value() + ".log"));
        return change.apply(builder).build();
    }

    ContainerSpec created(SandboxSpec sandbox, List<String> arguments) {
        return create(sandbox, containerSpec(sandbox, arguments, UnaryOperator.identity()));
    }

    ContainerSpec create(SandboxSpec sandbox, ContainerSpec spec) {
        containers.add(spec.id());
        backend.containers().create(sandbox, spec);
        return spec;
    }

    /** A container in a sandbox of its own, after its start. */
    ContainerSpec started(List<String> arguments) {
        return started(sandbox(), arguments);
    }

    ContainerSpec started(SandboxSpec sandbox, List<String> arguments) {
        ContainerSpec spec = created(sandbox, arguments);
        backend.containers().start(spec.id());
        return spec;
    }

    /** A container that obeys signals, after it has begun to listen for them. */
    ContainerSpec listening() {
        ContainerSpec spec = started(programs().untilTold());
        programs()
                .listening()
                .ifPresent(word -> await().atMost(SOON)
                        .until(() ->
                                Files.readString(spec.logPath().orElseThrow()).contains(word)));
        return spec;
    }

    Image image() {
        if (image.isEmpty()) image = Optional.of(pull(images().present()));
        return image.orElseThrow();
    }

    Image pull(String name) {
        ImageReference reference = ImageReference.parse(name);
        return backend.images().pull(new PullRequest(reference, new Credentials.Anonymous(), RuntimeHandler.DEFAULT));
    }

    /** Runs a command to its end, without input. */
    int exec(ContainerSpec container, List<String> command, Output output) {
        return backend.streams().exec(new ExecSpec(container.id(), command, false, Optional.empty()), output.stdio());
    }

    Optional<Sighting.OfContainer> seen(ContainerSpec container) {
        return backend.observer().sighting(container.id());
    }

    /** The exit of a container that ends by itself. */
    ExitStatus awaitExit(ContainerSpec container) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(seen(container)).get().isInstanceOf(Sighting.ExitedContainer.class));
        return exitOf(container);
    }

    /** The exit that must be visible now. */
    ExitStatus exitOf(ContainerSpec container) {
        assertThat(seen(container)).get().isInstanceOf(Sighting.ExitedContainer.class);
        return ((Sighting.ExitedContainer) seen(container).orElseThrow()).exit();
    }

    /** Removes all that the test made, as the core would. */
    void removeAll() {
        for (ContainerId container : containers) {
            backend.containers().stop(container, Signal.KILL, GracePeriod.NONE);
            backend.containers().remove(container);
        }
        for (SandboxSpec sandbox : sandboxes.reversed()) {
            backend.sandboxes().stop(sandbox.id());
            backend.sandboxes().remove(sandbox.id());
        }
        backend.images().list().forEach(one -> backend.images().remove(one.id()));
    }

    void close() {
        backend.close();
    }
}
