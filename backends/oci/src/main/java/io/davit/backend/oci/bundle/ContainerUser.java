package io.davit.backend.oci.bundle;

import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Namespaces.UserNamespace;
import io.davit.core.domain.Problems;
import io.davit.core.domain.ProcessUser;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SupplementalGroups;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who the first process is (cri-api LinuxContainerSecurityContext: run_as_user, run_as_username, run_as_group,
 * supplemental_groups and its policy; image-spec config.User).
 */
final class ContainerUser {
    private final AccountFiles files;

    ContainerUser(AccountFiles files) {
        this.files = files;
    }

    /**
     * The user.
     *
     * @param userNamespace of the pod, if it has one
     * @throws Fault InvalidRequest for a user that the image, or the user namespace, does not have
     */
    ProcessUser of(ContainerSecurity security, Optional<UserNamespace> userNamespace) {
        ProcessUser user = of(security);
        userNamespace.ifPresent(namespace -> requireMapped(user, namespace));
        return user;
    }

    private static void requireMapped(ProcessUser user, UserNamespace namespace) {
        Problems problems = new Problems();
        String why = " has no id outside: the pod's user namespace maps ";
        if (!namespace.uid().covers(user.uid())) {
            problems.add("linux.security_context.run_as_user", user.uid() + why + namespace.uid());
        }
        user.supplementalGroups().stream()
                .filter(gid -> !namespace.gid().covers(gid))
                .forEach(gid -> problems.add(
                        gid == user.gid()
                                ? "linux.security_context.run_as_group"
                                : "linux.security_context.supplemental_groups",
                        gid + why + namespace.gid()));
        problems.throwIfAny();
    }

    ProcessUser of(ContainerSecurity security) {
        Identity identity = switch (security.runAs()) {
            case RunAs.Uid(long uid) -> withUid(uid);
            case RunAs.Username(String name) -> withName(name);
            case RunAs.FromImage(String user) -> ofImage(user, security);
        };
        long gid = security.runAsGroup().orElse(identity.gid());
        return new ProcessUser(identity.uid(), gid, groups(gid, identity, security.supplementalGroups()));
    }

    /** @param name empty if the image has no account of that uid */
    private record Identity(long uid, long gid, String name) {}

    private Identity withUid(long uid) {
        return files.withUid(uid)
                .map(account -> new Identity(uid, account.gid(), account.name()))
                .orElse(new Identity(uid, 0, ""));
    }

    private Identity withName(String name) {
        return files.named(name)
                .map(account -> new Identity(account.uid(), account.gid(), name))
                .orElseThrow(() -> Fault.invalid(
                        "linux.security_context.run_as_username",
                        "the image's /etc/passwd has no user '" + name + "'"));
    }

    private Identity ofImage(String user, ContainerSecurity security) {
        if (security.runAsGroup().isPresent()) {
            throw Fault.invalid(
                    "linux.security_context.run_as_group", "needs run_as_user or run_as_username beside it");
        }
        if (user.isEmpty()) return withUid(0);
        int colon = user.indexOf(':');
        String name = colon < 0 ? user : user.substring(0, colon);
        Identity identity = name.isEmpty() ? withUid(0) : nameOrUid(name);
        if (colon < 0 || colon == user.length() - 1) return identity;
        return new Identity(identity.uid(), imageGroup(user.substring(colon + 1)), identity.name());
    }

    // A name wins over a number that looks the same, as in Docker.
    private Identity nameOrUid(String text) {
        return files.named(text)
                .map(account -> new Identity(account.uid(), account.gid(), account.name()))
                .or(() -> AccountFiles.number(text).map(this::withUid))
                .orElseThrow(() -> Fault.invalid(
                        "image", "its USER '" + text + "' is neither a number nor in the image's /etc/passwd"));
    }

    private long imageGroup(String text) {
        return files.groupNamed(text)
                .map(AccountFiles.Group::gid)
                .or(() -> AccountFiles.number(text))
                .orElseThrow(() -> Fault.invalid(
                        "image", "the group '" + text + "' of its USER is neither a number nor in its /etc/group"));
    }

    // The primary group counts as a supplementary one too, in the process as in what the kubelet is told (KEP-3619).
    private List<Long> groups(long gid, Identity identity, SupplementalGroups requested) {
        Set<Long> groups = new LinkedHashSet<>();
        groups.add(gid);
        groups.addAll(requested.gids());
        groups.addAll(
                switch (requested.policy()) {
                    case MERGE ->
                        Optional.of(identity.name())
                                .filter(name -> !name.isEmpty())
                                .map(files::memberships)
                                .orElse(List.of());
                    case STRICT -> List.<Long>of();
                });
        return new ArrayList<>(groups);
    }
}
