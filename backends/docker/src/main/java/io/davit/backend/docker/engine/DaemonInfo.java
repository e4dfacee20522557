package io.davit.backend.docker.engine;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the daemon says of itself (Engine API, SystemInfo); docker-java's model lacks the runtimes' features.
 *
 * @param runtimes each with whether it can mount recursively read-only
 * @param security names of security options in force: seccomp, apparmor, selinux, cgroupns, rootless, userns
 * @param liveRestore containers go on while the daemon is away
 * @param cdi whether it knows devices by their CDI names; Docker before 25 does not, and later ones may be told not to
 */
public record DaemonInfo(
        String version,
        String cgroupDriver,
        String cgroupVersion,
        Path rootDirectory,
        String storageDriver,
        String defaultRuntime,
        Map<String, Boolean> runtimes,
        Set<String> security,
        boolean liveRestore,
        boolean cdi) {
    private static final JsonMapper JSON = new JsonMapper();
    /** Where runtimes tell their features since API 1.44 (OCI runtime-spec, features.md). */
    private static final String FEATURES = "org.opencontainers.runtime-spec.features";

    public DaemonInfo {
        runtimes = Map.copyOf(runtimes);
        security = Set.copyOf(security);
    }

    public static DaemonInfo of(Daemon daemon) {
        return parse(daemon.get("ask the Docker daemon about itself", "/info").orElse("{}"));
    }

    static DaemonInfo parse(String json) {
        try {
            JsonNode root = JSON.readTree(json);
            Map<String, Boolean> runtimes = new TreeMap<>();
            root.path("Runtimes")
                    .properties()
                    .forEach(runtime -> runtimes.put(
                            runtime.getKey(),
                            runtime.getValue()
                                    .path("status")
                                    .path(FEATURES)
                                    .asString("")
                                    .contains("\"rro\"")));
            Set<String> security = new TreeSet<>();
            for (JsonNode option : root.path("SecurityOptions")) {
                String first = option.asString("").split(",", 2)[0];
                security.add(first.startsWith("name=") ? first.substring("name=".length()) : first);
            }
            return new DaemonInfo(
                    root.path("ServerVersion").asString("unknown"),
                    root.path("CgroupDriver").asString("cgroupfs"),
                    root.path("CgroupVersion").asString("1"),
                    Path.of(root.path("DockerRootDir").asString("/var/lib/docker")),
                    root.path("Driver").asString(""),
                    root.path("DefaultRuntime").asString("runc"),
                    runtimes,
                    security,
                    root.path("LiveRestoreEnabled").asBoolean(false),
                    // Empty where it is switched off (Engine API, SystemInfo).
                    !root.path("CDISpecDirs").isEmpty());
        } catch (JacksonException e) {
            throw Fault.failed("read what the Docker daemon says of itself", e);
        }
    }
}
