package io.davit.backend.oci;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.GracePeriod;
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
    private CrashingDaemon() {}

    public static void main(String[] arguments) throws InterruptedException {
        TestEngine engine = TestEngine.withoutImages(Path.of(arguments[0]));
        Thread second = Thread.ofVirtual().start(() -> lives(engine, NamespaceMode.POD));
        System.out.println("begun");
        lives(engine, NamespaceMode.CONTAINER);
        second.join();
    }

    private static void lives(TestEngine engine, NamespaceMode pid) {
        while (true) {
            life(engine, pid);
        }
    }

    private static void life(TestEngine engine, NamespaceMode pid) {
        SandboxSpec sandbox = engine.sandbox(spec -> sharing(spec, pid));
        ContainerSpec sleeping = engine.run(sandbox, engine.container(sandbox, List.of("sleep", "1000")));
        ContainerSpec brief = engine.run(sandbox, engine.container(sandbox, List.of("true")));
        engine.exec(sleeping, "true");
        engine.awaitExit(brief);
        engine.backend().containers().stop(sleeping.id(), Signal.TERM, GracePeriod.NONE);
        engine.backend().containers().remove(sleeping.id());
        engine.backend().containers().remove(brief.id());
        engine.backend().sandboxes().stop(sandbox.id());
        engine.backend().sandboxes().remove(sandbox.id());
    }

    static SandboxSpec sharing(SandboxSpec spec, NamespaceMode pid) {
        Namespaces old = spec.security().namespaces();
        Namespaces namespaces = new Namespaces(old.network(), pid, old.ipc(), Optional.empty(), Optional.empty());
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
