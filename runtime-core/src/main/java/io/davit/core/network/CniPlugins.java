package io.davit.core.network;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs CNI plugins, which are programs: parameters in the environment, configuration on standard input, result or error
 * as JSON on standard output (CNI SPEC 1.1.0, sections 2 and 5). Safe for all threads.
 */
final class CniPlugins {
    private static final int QUOTED_CHARS_MAX = 1000;

    /** A program file as it was when we asked for its versions. */
    private record Binary(Path file, FileTime modified) {}

    private final List<Path> directories;
    private final Duration limit;
    private final Commands commands;
    private final Map<Binary, Set<CniVersion>> versions = new ConcurrentHashMap<>();

    CniPlugins(List<Path> directories, Duration limit, Commands commands) {
        this.directories = List.copyOf(directories);
        this.limit = limit;
        this.commands = commands;
    }

    /** The program of a plugin, if there is one. */
    Optional<Path> find(String type) {
        return directories.stream()
                .map(directory -> directory.resolve(type))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** @throws Fault Failed that says where it was searched */
    Path require(String type) {
        return find(type)
                .orElseThrow(() -> Fault.failed(
                        "finding the network plugin " + type,
                        "it is not in "
                                + directories.stream().map(Path::toString).collect(Collectors.joining(", "))
                                + "; install it (Debian: containernetworking-plugins), or set network.cni-bin-dirs"));
    }

    /** The versions a plugin says it speaks; all of ours if it cannot answer, which old scripts cannot. */
    Set<CniVersion> versions(String type) {
        Path file = require(type);
        try {
            Binary binary = new Binary(file, Files.getLastModifiedTime(file));
            return versions.computeIfAbsent(binary, _ -> askVersions(file));
        } catch (IOException e) {
            throw Fault.failed("looking at the network plugin " + file, e);
        }
    }

    private Set<CniVersion> askVersions(Path file) {
        byte[] input = "{\"cniVersion\":\"%s\"}".formatted(CniVersion.V1_0_0).getBytes(StandardCharsets.UTF_8);
        // The other parameters mean nothing here, but plugins built with old libraries miss them.
        Map<String, String> environment = Map.of(
                "CNI_COMMAND", "VERSION",
                "CNI_CONTAINERID", "version",
                "CNI_NETNS", "version",
                "CNI_IFNAME", "version",
                "CNI_PATH", path());
        CommandResult answer =
                commands.run(new Command(List.of(file.toString()), environment, input, Optional.empty(), limit));
        Set<CniVersion> spoken = json(answer.stdoutText()).map(json -> json.path("supportedVersions")).stream()
                .flatMap(JsonNode::valueStream)
                .flatMap(version -> CniVersion.of(version.asString("")).stream())
                .collect(Collectors.toUnmodifiableSet());
        return spoken.isEmpty() ? Set.of(CniVersion.values()) : spoken;
    }

    /**
     * Runs one command of one plugin.
     *
     * @param what for messages: the network, and the pod
     * @param request the plugin's configuration
     * @return what it printed, if it printed JSON
     * @throws Fault Failed with the plugin's own words; TimedOut; Cancelled
     */
    Optional<ObjectNode> run(Verb verb, String what, ObjectNode request, Map<String, String> parameters) {
        String type = request.path("type").asString("");
        Path file = require(type);
        String doing = "network plugin " + type + " (" + verb + ") of " + what;
        Map<String, String> environment = new HashMap<>(parameters);
        environment.put("CNI_COMMAND", verb.name());
        environment.put("CNI_PATH", path());
        byte[] input = request.toString().getBytes(StandardCharsets.UTF_8);
        CommandResult result =
                run(doing, new Command(List.of(file.toString()), environment, input, Optional.empty(), limit));
        Optional<ObjectNode> answer = json(result.stdoutText());
        if (!result.succeeded()) throw Fault.failed(doing, reason(result, answer));
        return answer;
    }

    private CommandResult run(String doing, Command command) {
        try {
            return commands.run(command);
        } catch (Fault fault) {
            // The program's path alone would not tell an operator which network and pod it was about.
            if (fault.kind() instanceof Fault.Kind.TimedOut timedOut) {
                throw new Fault(new Fault.Kind.TimedOut(doing, timedOut.limit()), fault);
            }
            throw fault;
        }
    }

    /** The error object of the specification: code, msg, details; else whatever was printed. */
    private static String reason(CommandResult result, Optional<ObjectNode> answer) {
        String message = answer.map(error -> error.path("msg").asString("")).orElse("");
        if (message.isEmpty()) {
            String complaint = result.complaint();
            String quoted = complaint.substring(0, Math.min(complaint.length(), QUOTED_CHARS_MAX));
            return "exit code " + result.exitCode() + (quoted.isEmpty() ? " without a word" : ": " + quoted);
        }
        String details = answer.map(error -> error.path("details").asString("")).orElse("");
        int code = answer.map(error -> error.path("code").asInt(0)).orElse(0);
        return message + (details.isEmpty() ? "" : "; " + details) + " (CNI error " + code + meaning(code) + ")";
    }

    /** Codes that the specification knows; from 100 on they are the plugin's own. */
    private static String meaning(int code) {
        return switch (code) {
            case 1 -> ", incompatible CNI version";
            case 2 -> ", unsupported field in the network configuration";
            case 3 -> ", container unknown or does not exist";
            case 4 -> ", invalid environment variable";
            case 5 -> ", input or output failed";
            case 6 -> ", content could not be decoded";
            case 7 -> ", invalid network configuration";
            case 11 -> ", try again later";
            case 50 -> ", the plugin is not available";
            case 51 -> ", pods have limited connectivity";
            default -> "";
        };
    }

    private static Optional<ObjectNode> json(String text) {
        try {
            return JsonMapper.shared().readTree(text) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty(); // no JSON: the caller says what the program printed instead
        }
    }

    private String path() {
        return directories.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    /** What a plugin can be told to do. */
    enum Verb {
        ADD,
        DEL,
        CHECK,
        /** Whether ADD would work; since CNI 1.1.0, as GC. */
        STATUS,
        GC
    }
}
