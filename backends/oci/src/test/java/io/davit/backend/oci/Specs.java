package io.davit.backend.oci;

import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Device;
import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.ProcessSpec;
import io.davit.core.domain.Resources;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SecurityProfile;
import io.davit.core.domain.StdioMode;
import io.davit.core.domain.SupplementalGroups;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Copies of specifications with one thing changed. */
final class Specs {
    private Specs() {}

    static SandboxSpec namespaces(SandboxSpec spec, NamespaceMode network, NamespaceMode pid, NamespaceMode ipc) {
        Namespaces namespaces = new Namespaces(network, pid, ipc, Optional.empty(), Optional.empty());
        return sandbox(spec, namespaces, spec.security().privileged(), spec.sysctls(), spec.dns());
    }

    static SandboxSpec privileged(SandboxSpec spec) {
        return sandbox(spec, spec.security().namespaces(), true, spec.sysctls(), spec.dns());
    }

    /** With another runtime handler, and these namespaces. */
    static SandboxSpec handler(SandboxSpec spec, String handler, Namespaces namespaces) {
        SandboxSpec changed = sandbox(spec, namespaces, spec.security().privileged(), spec.sysctls(), spec.dns());
        return new SandboxSpec(
                changed.id(),
                changed.name(),
                new RuntimeHandler(handler),
                changed.hostname(),
                changed.logDirectory(),
                changed.dns(),
                changed.portMappings(),
                changed.labels(),
                changed.annotations(),
                changed.cgroupParent(),
                changed.sysctls(),
                changed.security(),
                changed.overhead(),
                changed.resources());
    }

    static SandboxSpec sysctls(SandboxSpec spec, Map<String, String> sysctls) {
        return sandbox(spec, spec.security().namespaces(), spec.security().privileged(), sysctls, spec.dns());
    }

    static SandboxSpec dns(SandboxSpec spec, DnsConfig dns) {
        boolean privileged = spec.security().privileged();
        return sandbox(spec, spec.security().namespaces(), privileged, spec.sysctls(), Optional.of(dns));
    }

    private static SandboxSpec sandbox(
            SandboxSpec spec,
            Namespaces namespaces,
            boolean privileged,
            Map<String, String> sysctls,
            Optional<DnsConfig> dns) {
        SandboxSecurity old = spec.security();
        SandboxSecurity security = new SandboxSecurity(
                namespaces,
                old.selinux(),
                old.runAsUser(),
                old.runAsGroup(),
                old.readonlyRootfs(),
                old.supplementalGroups(),
                privileged,
                old.seccomp(),
                old.apparmor());
        return new SandboxSpec(
                spec.id(),
                spec.name(),
                spec.handler(),
                spec.hostname(),
                spec.logDirectory(),
                dns,
                spec.portMappings(),
                spec.labels(),
                spec.annotations(),
                spec.cgroupParent(),
                sysctls,
                security,
                spec.overhead(),
                spec.resources());
    }

    static ContainerSpec workingDirectory(ContainerSpec spec, String directory) {
        ProcessSpec process =
                new ProcessSpec(spec.process().arguments(), spec.process().environment(), directory);
        return new ContainerSpec(
                spec.id(),
                spec.name(),
                spec.image(),
                spec.imageId(),
                spec.imageReference(),
                process,
                spec.stdio(),
                spec.mounts(),
                spec.devices(),
                spec.cdiDevices(),
                spec.anonymousVolumes(),
                spec.labels(),
                spec.annotations(),
                spec.logPath(),
                spec.resources(),
                spec.security(),
                spec.stopSignal());
    }

    static ContainerSpec cdi(ContainerSpec spec, String... devices) {
        return new ContainerSpec(
                spec.id(),
                spec.name(),
                spec.image(),
                spec.imageId(),
                spec.imageReference(),
                spec.process(),
                spec.stdio(),
                spec.mounts(),
                spec.devices(),
                List.of(devices),
                spec.anonymousVolumes(),
                spec.labels(),
                spec.annotations(),
                spec.logPath(),
                spec.resources(),
                spec.security(),
                spec.stopSignal());
    }

    static ContainerSpec stdio(ContainerSpec spec, StdioMode mode) {
        return container(
                spec, mode, spec.mounts(), spec.devices(), spec.anonymousVolumes(), spec.resources(), spec.security());
    }

    static ContainerSpec mounts(ContainerSpec spec, Mount... mounts) {
        List<Mount> list = List.of(mounts);
        return container(
                spec, spec.stdio(), list, spec.devices(), spec.anonymousVolumes(), spec.resources(), spec.security());
    }

    static ContainerSpec devices(ContainerSpec spec, Device... devices) {
        List<Device> list = List.of(devices);
        return container(
                spec, spec.stdio(), spec.mounts(), list, spec.anonymousVolumes(), spec.resources(), spec.security());
    }

    static ContainerSpec volumes(ContainerSpec spec, String... volumes) {
        List<String> list = List.of(volumes);
        return container(spec, spec.stdio(), spec.mounts(), spec.devices(), list, spec.resources(), spec.security());
    }

    static ContainerSpec resources(ContainerSpec spec, Resources resources) {
        return container(
                spec, spec.stdio(), spec.mounts(), spec.devices(), spec.anonymousVolumes(), resources, spec.security());
    }

    static ContainerSpec security(ContainerSpec spec, ContainerSecurity security) {
        return container(
                spec, spec.stdio(), spec.mounts(), spec.devices(), spec.anonymousVolumes(), spec.resources(), security);
    }

    private static ContainerSpec container(
            ContainerSpec spec,
            StdioMode stdio,
            List<Mount> mounts,
            List<Device> devices,
            List<String> volumes,
            Resources resources,
            ContainerSecurity security) {
        return new ContainerSpec(
                spec.id(),
                spec.name(),
                spec.image(),
                spec.imageId(),
                spec.imageReference(),
                spec.process(),
                stdio,
                mounts,
                devices,
                spec.cdiDevices(),
                volumes,
                spec.labels(),
                spec.annotations(),
                spec.logPath(),
                resources,
                security,
                spec.stopSignal());
    }

    /** Security in which one thing after the other is set. */
    static final class Security {
        private Capabilities capabilities = Capabilities.DEFAULT;
        private boolean privileged;
        private RunAs runAs = new RunAs.FromImage("");
        private Optional<Long> group = Optional.empty();
        private boolean readonly;
        private SupplementalGroups groups = SupplementalGroups.NONE;
        private boolean noNewPrivileges;
        private List<String> masked = List.of();
        private List<String> readonlyPaths = List.of();
        private Optional<SecurityProfile> seccomp = Optional.empty();
        private Optional<SecurityProfile> apparmor = Optional.empty();
        private NamespaceMode pid = NamespaceMode.CONTAINER;
        private NamespaceMode ipc = NamespaceMode.POD;

        Security capabilities(List<String> add, List<String> drop, List<String> ambient) {
            capabilities = new Capabilities(add, drop, ambient);
            return this;
        }

        Security privileged() {
            privileged = true;
            return this;
        }

        Security runAs(RunAs who) {
            runAs = who;
            return this;
        }

        Security group(long gid) {
            group = Optional.of(gid);
            return this;
        }

        Security readonly() {
            readonly = true;
            return this;
        }

        Security groups(SupplementalGroups.Policy policy, Long... gids) {
            groups = new SupplementalGroups(List.of(gids), policy);
            return this;
        }

        Security noNewPrivileges() {
            noNewPrivileges = true;
            return this;
        }

        Security masked(String... paths) {
            masked = List.of(paths);
            return this;
        }

        Security readonlyPaths(String... paths) {
            readonlyPaths = List.of(paths);
            return this;
        }

        Security seccomp(SecurityProfile profile) {
            seccomp = Optional.of(profile);
            return this;
        }

        Security apparmor(SecurityProfile profile) {
            apparmor = Optional.of(profile);
            return this;
        }

        Security pid(NamespaceMode mode) {
            pid = mode;
            return this;
        }

        Security ipc(NamespaceMode mode) {
            ipc = mode;
            return this;
        }

        ContainerSecurity build() {
            return new ContainerSecurity(
                    capabilities,
                    privileged,
                    new Namespaces(NamespaceMode.POD, pid, ipc, Optional.empty(), Optional.empty()),
                    Optional.empty(),
                    runAs,
                    group,
                    readonly,
                    groups,
                    noNewPrivileges,
                    masked,
                    readonlyPaths,
                    seccomp,
                    apparmor);
        }
    }
}
