package io.davit.backend.docker.container;

import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SecurityProfile;
import io.davit.core.domain.SelinuxOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Docker's SecurityOpt out of what the CRI says.
 *
 * @param features of the daemon: seccomp, apparmor, selinux
 */
record SecurityOptions(Set<String> features) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path LOADED_PROFILES = Path.of("/sys/kernel/security/apparmor/profiles");
    private static final String LOCALHOST_PREFIX = "localhost/";
    private static final int PROFILE_BYTES_MAX = 4 << 20;

    List<String> of(ContainerSecurity security) {
        List<String> options = new ArrayList<>();
        if (security.noNewPrivileges()) options.add("no-new-privileges");
        addSeccomp(security, options);
        addApparmor(security, options);
        security.selinux().ifPresent(option -> addSelinux(option, options));
        return options;
    }

    // No word about seccomp is no filter, as with the CRI's other runtimes; Docker's own default would be one.
    private void addSeccomp(ContainerSecurity security, List<String> options) {
        if (security.privileged()) return;
        SecurityProfile profile = security.seccomp().orElseGet(SecurityProfile.Unconfined::new);
        switch (profile) {
            case SecurityProfile.Unconfined _ -> {
                if (features.contains("seccomp")) options.add("seccomp=unconfined");
            }
            case SecurityProfile.RuntimeDefault _ -> require("seccomp");
            case SecurityProfile.Localhost(String file) -> {
                require("seccomp");
                options.add("seccomp=" + read(Path.of(file)));
            }
        }
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > PROFILE_BYTES_MAX)
                throw Fault.failed("read the seccomp profile " + file, "too large");
            return JSON.readTree(Files.readString(file)).toString();
        } catch (IOException | JacksonException e) {
            throw Fault.failed("read the seccomp profile " + file, e);
        }
    }

    private void addApparmor(ContainerSecurity security, List<String> options) {
        if (security.apparmor().isEmpty()) return;
        switch (security.apparmor().get()) {
            case SecurityProfile.Unconfined _ -> {
                if (features.contains("apparmor")) options.add("apparmor=unconfined");
            }
            // Docker's own profile, docker-default, needs no word; a privileged container has none.
            case SecurityProfile.RuntimeDefault _ -> {
                if (!security.privileged()) require("apparmor");
            }
            case SecurityProfile.Localhost(String reference) -> {
                require("apparmor");
                String name = reference.startsWith(LOCALHOST_PREFIX)
                        ? reference.substring(LOCALHOST_PREFIX.length())
                        : reference;
                requireLoaded(name);
                options.add("apparmor=" + name);
            }
        }
    }

    // Docker would find out at the start only, in the words of the OCI runtime.
    private static void requireLoaded(String profile) {
        try {
            boolean loaded =
                    Files.readAllLines(LOADED_PROFILES).stream().anyMatch(line -> line.startsWith(profile + " ("));
            if (loaded) return;
            throw Fault.failed(
                    "use the AppArmor profile '" + profile + "'",
                    "it is not loaded on this node; apparmor_parser -r FILE");
        } catch (IOException _) {
            // The list is for root in the host's namespaces; then Docker has to find out.
        }
    }

    private void addSelinux(SelinuxOption option, List<String> options) {
        List<String> labels = new ArrayList<>();
        if (!option.user().isEmpty()) labels.add("label=user:" + option.user());
        if (!option.role().isEmpty()) labels.add("label=role:" + option.role());
        if (!option.type().isEmpty()) labels.add("label=type:" + option.type());
        if (!option.level().isEmpty()) labels.add("label=level:" + option.level());
        if (labels.isEmpty()) return;
        require("selinux");
        options.addAll(labels);
    }

    private void require(String feature) {
        if (features.contains(feature)) return;
        throw new Fault(new Fault.Kind.Unsupported(
                "linux.security_context." + feature, "Docker says that this host, or its daemon, does not have it"));
    }
}
