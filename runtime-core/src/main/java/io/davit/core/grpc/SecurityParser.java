package io.davit.core.grpc;

import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SecurityProfile;
import io.davit.core.domain.SelinuxOption;
import io.davit.core.domain.SupplementalGroups;
import io.davit.cri.v1.Capability;
import io.davit.cri.v1.Int64Value;
import io.davit.cri.v1.LinuxContainerSecurityContext;
import io.davit.cri.v1.LinuxSandboxSecurityContext;
import io.davit.cri.v1.NamespaceOption;
import io.davit.cri.v1.SELinuxOption;
import io.davit.cri.v1.SupplementalGroupsPolicy;
import io.davit.cri.v1.UserNamespace;
import java.util.List;
import java.util.Optional;

/** Security contexts of sandboxes and containers. */
@SuppressWarnings("deprecation") // crictl users and older kubelets still send the old profile fields
final class SecurityParser {
    private static final String LOCALHOST = "localhost/";

    private final Fields fields;

    SecurityParser(Fields fields) {
        this.fields = fields;
    }

    SandboxSecurity sandbox(LinuxSandboxSecurityContext context) {
        String at = "config.linux.security_context";
        Optional<Long> user = id(at + ".run_as_user", context.hasRunAsUser(), context.getRunAsUser());
        Optional<Long> group = id(at + ".run_as_group", context.hasRunAsGroup(), context.getRunAsGroup());
        if (group.isPresent() && user.isEmpty()) groupWithoutUser(at);
        Namespaces namespaces = namespaces(at, context.getNamespaceOptions());
        if (namespaces.pid() == NamespaceMode.TARGET) {
            fields.problems().add(at + ".namespace_options.pid", "TARGET is for containers only");
        }
        return new SandboxSecurity(
                namespaces,
                selinux(context.hasSelinuxOptions(), context.getSelinuxOptions()),
                user,
                group,
                context.getReadonlyRootfs(),
                groups(at, context.getSupplementalGroupsList(), context.getSupplementalGroupsPolicy()),
                context.getPrivileged(),
                profile(at + ".seccomp", context.hasSeccomp(), context.getSeccomp(), context.getSeccompProfilePath()),
                profile(at + ".apparmor", context.hasApparmor(), context.getApparmor(), ""));
    }

    ContainerSecurity container(LinuxContainerSecurityContext context) {
        String at = "config.linux.security_context";
        return new ContainerSecurity(
                capabilities(at + ".capabilities", context.getCapabilities()),
                context.getPrivileged(),
                namespaces(at, context.getNamespaceOptions()),
                selinux(context.hasSelinuxOptions(), context.getSelinuxOptions()),
                runAs(at, context),
                id(at + ".run_as_group", context.hasRunAsGroup(), context.getRunAsGroup()),
                context.getReadonlyRootfs(),
                groups(at, context.getSupplementalGroupsList(), context.getSupplementalGroupsPolicy()),
                context.getNoNewPrivs(),
                paths(at + ".masked_paths", context.getMaskedPathsList()),
                paths(at + ".readonly_paths", context.getReadonlyPathsList()),
                profile(at + ".seccomp", context.hasSeccomp(), context.getSeccomp(), context.getSeccompProfilePath()),
                profile(at + ".apparmor", context.hasApparmor(), context.getApparmor(), context.getApparmorProfile()));
    }

    private RunAs runAs(String at, LinuxContainerSecurityContext context) {
        Optional<Long> uid = id(at + ".run_as_user", context.hasRunAsUser(), context.getRunAsUser());
        String name = context.getRunAsUsername();
        if (uid.isPresent() && !name.isEmpty()) {
            fields.problems().add(at + ".run_as_username", "given together with run_as_user; only one may be");
        }
        if (context.hasRunAsGroup() && uid.isEmpty() && name.isEmpty()) groupWithoutUser(at);
        if (uid.isPresent()) return new RunAs.Uid(uid.get());
        return name.isEmpty() ? new RunAs.FromImage("") : new RunAs.Username(name);
    }

    private void groupWithoutUser(String at) {
        fields.problems().add(at + ".run_as_group", "given without run_as_user or run_as_username");
    }

    private Optional<Long> id(String field, boolean present, Int64Value value) {
        if (!present) return Optional.empty();
        long id = value.getValue();
        if (id < 0 || id > 0xFFFF_FFFEL) fields.problems().add(field, "no such id: " + id);
        return Optional.of(id);
    }

    private SupplementalGroups groups(String at, List<Long> gids, SupplementalGroupsPolicy policy) {
        if (gids.stream().anyMatch(gid -> gid < 0 || gid > 0xFFFF_FFFEL)) {
            fields.problems().add(at + ".supplemental_groups", "no such ids: " + gids);
        }
        return new SupplementalGroups(
                gids,
                switch (policy) {
                    case Merge -> SupplementalGroups.Policy.MERGE;
                    case Strict -> SupplementalGroups.Policy.STRICT;
                    case UNRECOGNIZED -> {
                        fields.problems().add(at + ".supplemental_groups_policy", "unknown to this davit");
                        yield SupplementalGroups.Policy.STRICT;
                    }
                });
    }

    private Capabilities capabilities(String at, Capability wanted) {
        return new Capabilities(
                names(at + ".add_capabilities", wanted.getAddCapabilitiesList()),
                names(at + ".drop_capabilities", wanted.getDropCapabilitiesList()),
                names(at + ".add_ambient_capabilities", wanted.getAddAmbientCapabilitiesList()));
    }

    private List<String> names(String field, List<String> names) {
        return names.stream()
                .map(name -> fields.parsed(field, Capabilities.ALL, () -> Capabilities.name(name)))
                .toList();
    }

    private List<String> paths(String field, List<String> paths) {
        paths.stream()
                .filter(path -> !path.startsWith("/"))
                .forEach(path -> fields.problems().add(field, "not absolute: '" + path + "'"));
        return paths;
    }

    private static Optional<SelinuxOption> selinux(boolean present, SELinuxOption option) {
        if (!present || option.equals(SELinuxOption.getDefaultInstance())) return Optional.empty();
        return Optional.of(new SelinuxOption(option.getUser(), option.getRole(), option.getType(), option.getLevel()));
    }

    /** The new field wins; the old path is read only where that is missing. */
    private Optional<SecurityProfile> profile(
            String field, boolean present, io.davit.cri.v1.SecurityProfile profile, String oldPath) {
        if (!present) return oldProfile(field, oldPath);
        String reference = profile.getLocalhostRef();
        boolean localhost = profile.getProfileType() == io.davit.cri.v1.SecurityProfile.ProfileType.Localhost;
        if (localhost && reference.isEmpty()) fields.problems().add(field + ".localhost_ref", "empty");
        if (!localhost && !reference.isEmpty()) {
            fields.problems().add(field + ".localhost_ref", "given, but the profile type is not Localhost");
        }
        return switch (profile.getProfileType()) {
            case RuntimeDefault -> Optional.of(new SecurityProfile.RuntimeDefault());
            case Unconfined -> Optional.of(new SecurityProfile.Unconfined());
            case Localhost -> Optional.of(new SecurityProfile.Localhost(withoutPrefix(reference)));
            case UNRECOGNIZED -> {
                fields.problems().add(field + ".profile_type", "unknown to this davit");
                yield Optional.empty();
            }
        };
    }

    private Optional<SecurityProfile> oldProfile(String field, String path) {
        return switch (path) {
            case "" -> Optional.empty();
            case "unconfined" -> Optional.of(new SecurityProfile.Unconfined());
            case "runtime/default", "docker/default" -> Optional.of(new SecurityProfile.RuntimeDefault());
            default -> {
                if (!path.startsWith(LOCALHOST)) fields.problems().add(field, "unknown profile '" + path + "'");
                yield Optional.of(new SecurityProfile.Localhost(withoutPrefix(path)));
            }
        };
    }

    private static String withoutPrefix(String reference) {
        return reference.startsWith(LOCALHOST) ? reference.substring(LOCALHOST.length()) : reference;
    }

    private Namespaces namespaces(String at, NamespaceOption option) {
        String field = at + ".namespace_options";
        NamespaceMode network = mode(field + ".network", option.getNetwork());
        if (network != NamespaceMode.POD && network != NamespaceMode.NODE) {
            fields.problems().add(field + ".network", network + " is not possible; POD and NODE are");
        }
        NamespaceMode ipc = mode(field + ".ipc", option.getIpc());
        if (ipc == NamespaceMode.TARGET) fields.problems().add(field + ".ipc", "TARGET is for pid only");
        NamespaceMode pid = mode(field + ".pid", option.getPid());
        return new Namespaces(network, pid, ipc, target(field, pid, option.getTargetId()), user(field, option));
    }

    private Optional<ContainerId> target(String field, NamespaceMode pid, String id) {
        if (pid != NamespaceMode.TARGET) return Optional.empty();
        return fields.parsed(field + ".target_id", Optional.empty(), () -> Optional.of(new ContainerId(id)));
    }

    private NamespaceMode mode(String field, io.davit.cri.v1.NamespaceMode mode) {
        return switch (mode) {
            case POD -> NamespaceMode.POD;
            case CONTAINER -> NamespaceMode.CONTAINER;
            case NODE -> NamespaceMode.NODE;
            case TARGET -> NamespaceMode.TARGET;
            case UNRECOGNIZED -> {
                fields.problems().add(field, "unknown to this davit");
                yield NamespaceMode.POD;
            }
        };
    }

    private Optional<Namespaces.UserNamespace> user(String at, NamespaceOption option) {
        if (!option.hasUsernsOptions()) return Optional.empty();
        UserNamespace wanted = option.getUsernsOptions();
        String field = at + ".userns_options";
        NamespaceMode mode = mode(field + ".mode", wanted.getMode());
        List<IdMapping> uids = mappings(wanted.getUidsList());
        List<IdMapping> gids = mappings(wanted.getGidsList());
        switch (mode) {
            case POD -> {
                checkMapping(field + ".uids", uids);
                checkMapping(field + ".gids", gids);
            }
            case NODE -> {
                if (!uids.isEmpty() || !gids.isEmpty()) {
                    fields.problems().add(field, "mappings are given, but the mode is NODE");
                }
            }
            case CONTAINER, TARGET -> fields.problems().add(field + ".mode", mode + " is not possible");
        }
        return Optional.of(new Namespaces.UserNamespace(mode, uids, gids));
    }

    private void checkMapping(String field, List<IdMapping> mappings) {
        if (mappings.size() != 1) {
            fields.problems().add(field, mappings.size() + " mappings; exactly one is possible");
            return;
        }
        IdMapping mapping = mappings.getFirst();
        if (mapping.length() == 0) fields.problems().add(field, "its length is 0");
        if (mapping.containerId() != 0) fields.problems().add(field, "it leaves out container id 0");
    }

    static List<IdMapping> mappings(List<io.davit.cri.v1.IDMapping> mappings) {
        return mappings.stream()
                .map(mapping -> new IdMapping(
                        Fields.unsigned(mapping.getHostId()),
                        Fields.unsigned(mapping.getContainerId()),
                        Fields.unsigned(mapping.getLength())))
                .toList();
    }
}
