package io.davit.backend.oci;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A program that runs pods without end, two at a time, until it is killed: the daemon of {@link CrashTest}. */
final class CrashingDaemon {
    private static final List<IdMapping> MAPPING = List.of(new IdMapping(100_000, 0, 65_536));
    private static final Namespaces.UserNamespace USER =
            new Namespaces.UserNamespace(NamespaceMode.POD, MAPPING, MAPPING);

    private CrashingDaemon() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path root = Path.of(arguments[0]);
        boolean images = arguments.length > 1;
        TestEngine engine = images ? TestEngine.withImage(root, arguments[1]) : TestEngine.withoutImages(root);
        Optional<Namespaces.UserNamespace> user = images ? Optional.of(USER) : Optional.empty();
        Thread second = Thread.ofVirtual().start(() -> lives(engine, NamespaceMode.POD, user));
        System.out.println("begun");
        lives(engine, NamespaceMode.CONTAINER, user);
        second.join();
    }

    private static void lives(TestEngine engine, NamespaceMode pid, Optional<Namespaces.UserNamespace> user) {
        while (true) {
            life(engine, pid, user);
        }
    }

    private static void life(TestEngine engine, NamespaceMode pid, Optional<Namespaces.UserNamespace> user) {
        SandboxSpec sandbox = engine.sandbox(spec -> sharing(spec, pid, user));
        ContainerSpec plain = engine.container(sandbox, List.of("sleep", "1000"));
        ContainerSpec sleeping = engine.run(sandbox, user.isPresent() ? withVolume(plain) : plain);
        ContainerSpec brief = engine.run(sandbox, engine.container(sandbox, List.of("true")));
        engine.exec(sleeping, "true");
        engine.awaitExit(brief);
        engine.backend().containers().stop(sleeping.id(), Signal.TERM, GracePeriod.NONE);
        engine.backend().containers().remove(sleeping.id());
        engine.backend().containers().remove(brief.id());
        engine.backend().sandboxes().stop(sandbox.id());
        engine.backend().sandboxes().remove(sandbox.id());
    }

    private static ContainerSpec withVolume(ContainerSpec spec) {
        return Specs.mounts(
                spec,
                new Mount(
                        "/image",
                        new Mount.Source.ImageVolume(spec.image(), "", Optional.of(spec.imageId())),
                        true,
                        false,
                        false,
                        Mount.Propagation.PRIVATE,
                        List.of(),
                        List.of(),
                        List.of()));
    }

    static SandboxSpec sharing(SandboxSpec spec, NamespaceMode pid) {
        return sharing(spec, pid, Optional.empty());
    }

    private static SandboxSpec sharing(SandboxSpec spec, NamespaceMode pid, Optional<Namespaces.UserNamespace> user) {
        Namespaces old = spec.security().namespaces();
        Namespaces namespaces = new Namespaces(old.network(), pid, old.ipc(), Optional.empty(), user);
        SandboxSecurity security = spec.security();
        return new SandboxSpec(
                spec.id(),
                spec.name(),
                spec.handler(),
                spec.hostname(),
                spec.logDirectory(),
                spec.dns(),
                spec.portMappings(),
                spec.labels(),
                spec.annotations(),
                spec.cgroupParent(),
                spec.sysctls(),
                new SandboxSecurity(
                        namespaces,
                        security.selinux(),
                        security.runAsUser(),
                        security.runAsGroup(),
                        security.readonlyRootfs(),
                        security.supplementalGroups(),
                        security.privileged(),
                        security.seccomp(),
                        security.apparmor()),
                spec.overhead(),
                spec.resources());
    }
}
