package io.davit.backend.oci.bundle;

import io.davit.backend.oci.host.KernelVersion;
import io.davit.backend.oci.syscall.Capability;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A seccomp profile in the form that Docker has introduced and the kubelet's Localhost profiles use: the runtime-spec's
 * linux.seccomp with groups that depend on capabilities, architecture and kernel. The OCI runtimes take such a file as it
 * is and ignore the conditions, which makes it weaker without a word; so the conditions are resolved here.
 */
final class SeccompProfile {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FILE_BYTES_MAX = 4 * 1024 * 1024;
    private static final Set<String> PASSED_ON = Set.of("names", "action", "errnoRet", "args");
    /** What the profiles call an architecture: its name in Go, and libseccomp's. */
    private static final Map<String, Architecture> ARCHITECTURES = Map.of(
            "amd64", new Architecture("amd64", "SCMP_ARCH_X86_64"),
            "aarch64", new Architecture("arm64", "SCMP_ARCH_AARCH64"));

    private record Architecture(String name, String token) {}

    private final JsonNode profile;

    private SeccompProfile(JsonNode profile) {
        this.profile = profile;
    }

    /** The profile that RuntimeDefault means: what Docker and containerd allow, as a table of our own. */
    static SeccompProfile runtimeDefault() {
        try (InputStream resource = SeccompProfile.class.getResourceAsStream("seccomp-default.json")) {
            if (resource == null) throw new IllegalStateException("the jar lacks seccomp-default.json");
            return new SeccompProfile(JSON.readTree(resource));
        } catch (IOException e) {
            throw Fault.failed("read the default seccomp profile", e);
        }
    }

    /** A profile of the node, as the kubelet names it. */
    static SeccompProfile file(String reference) {
        Path file = Path.of(reference);
        if (!file.isAbsolute()) throw bad(reference, "not an absolute path");
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(FILE_BYTES_MAX);
            JsonNode profile = JSON.readTree(bytes);
            if (!profile.isObject() || !profile.has("defaultAction")) throw bad(reference, "it has no defaultAction");
            return new SeccompProfile(profile);
        } catch (NoSuchFileException e) {
            throw new Fault(bad(reference, "there is no such file").kind(), e);
        } catch (JacksonException e) {
            throw new Fault(bad(reference, "not JSON: " + Fault.reason(e)).kind(), e);
        } catch (IOException e) {
            throw Fault.failed("read the seccomp profile " + reference, e);
        }
    }

    private static Fault bad(String reference, String why) {
        return Fault.invalid("linux.security_context.seccomp.localhost_ref", "'" + reference + "': " + why);
    }

    /**
     * What an OCI runtime gets.
     *
     * @param held the container's capabilities: some groups are only for those who could do the same anyway
     * @param subArchitectures whether programs of the machine's 32 bit architecture may run, if the profile lets them
     */
    ObjectNode resolved(Set<Capability> held, KernelVersion kernel, boolean subArchitectures) {
        Architecture architecture = ARCHITECTURES.get(System.getProperty("os.arch"));
        if (architecture == null) throw new Fault(new Fault.Kind.Unsupported("seccomp", "unknown architecture"));
        ObjectNode resolved = JsonNodeFactory.instance.objectNode();
        profile.propertyStream()
                .filter(property -> !Set.of("archMap", "syscalls").contains(property.getKey()))
                .forEach(property -> resolved.set(property.getKey(), property.getValue()));
        if (profile.has("archMap")) architectures(architecture, subArchitectures, resolved);
        ArrayNode syscalls = resolved.putArray("syscalls");
        for (JsonNode group : profile.path("syscalls")) {
            if (applies(group, architecture, held, kernel)) syscalls.add(passedOn(group));
        }
        return resolved;
    }

    private void architectures(Architecture own, boolean subArchitectures, ObjectNode resolved) {
        ArrayNode architectures = resolved.putArray("architectures");
        for (JsonNode entry : profile.path("archMap")) {
            if (!entry.path("architecture").asString("").equals(own.token())) continue;
            architectures.add(own.token());
            if (subArchitectures) entry.path("subArchitectures").forEach(architectures::add);
        }
    }

    private static boolean applies(
            JsonNode group, Architecture architecture, Set<Capability> held, KernelVersion kernel) {
        JsonNode includes = group.path("includes");
        JsonNode excludes = group.path("excludes");
        boolean included = (includes.path("arches").isEmpty() || names(includes, "arches", architecture))
                && includes.path("caps").valueStream().allMatch(capability -> holds(held, capability))
                && (!includes.has("minKernel") || kernel.atLeast(version(includes)));
        boolean excluded = names(excludes, "arches", architecture)
                || excludes.path("caps").valueStream().anyMatch(capability -> holds(held, capability))
                || (excludes.has("minKernel") && kernel.atLeast(version(excludes)));
        return included && !excluded;
    }

    private static boolean names(JsonNode condition, String list, Architecture architecture) {
        return condition
                .path(list)
                .valueStream()
                .anyMatch(name -> name.asString("").toLowerCase(Locale.ROOT).equals(architecture.name()));
    }

    private static boolean holds(Set<Capability> held, JsonNode capability) {
        return Capability.named(capability.asString("")).filter(held::contains).isPresent();
    }

    private static KernelVersion version(JsonNode condition) {
        return KernelVersion.parse(condition.path("minKernel").asString(""));
    }

    private static ObjectNode passedOn(JsonNode group) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        group.propertyStream()
                .filter(property -> PASSED_ON.contains(property.getKey()))
                .forEach(property -> copy.set(property.getKey(), property.getValue()));
        // The old form has one name.
        if (group.has("name") && !group.has("names")) copy.putArray("names").add(group.path("name"));
        return copy;
    }
}
