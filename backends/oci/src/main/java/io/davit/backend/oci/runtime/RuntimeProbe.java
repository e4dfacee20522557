package io.davit.backend.oci.runtime;

import io.davit.backend.oci.host.KernelVersion;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the binary of an OCI runtime what it is and can do. */
public final class RuntimeProbe {
    private static final Duration MAX = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("version (\\S+)");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RECURSIVE_READ_ONLY = "rro";
    // Where "features" is not there to be asked: changelogs of runc 1.1 and crun 1.4.
    private static final KernelVersion RUNC_WITH_RRO = new KernelVersion(1, 1);
    private static final KernelVersion CRUN_WITH_RRO = new KernelVersion(1, 4);
    // mount_setattr(2)
    private static final KernelVersion KERNEL_WITH_RRO = new KernelVersion(5, 12);

    private final Commands commands;
    private final KernelVersion kernel;

    public RuntimeProbe(Commands commands, KernelVersion kernel) {
        this.commands = commands;
        this.kernel = kernel;
    }

    /** @throws Fault Failed if it is no OCI runtime */
    public RuntimeEntry look(RuntimeHandler handler, OciRuntime runtime, AnnotationFilter annotations) {
        String version = version(runtime.program());
        Optional<JsonNode> features = features(runtime.program());
        boolean recursive =
                kernel.atLeast(KERNEL_WITH_RRO) && knowsRecursiveReadOnly(features, runtime.name(), version);
        return new RuntimeEntry(
                handler, runtime, version, recursive, knowsUserNamespaces(features, runtime.name()), annotations);
    }

    /** The version that {@code --version} prints. */
    public String version(Path program) {
        CommandResult result = commands.run(Command.of(MAX, program.toString(), "--version"));
        if (!result.succeeded()) throw Fault.failed("ask " + program + " for its version", result.complaint());
        Matcher matcher = VERSION.matcher(result.stdoutText());
        return matcher.find() ? matcher.group(1) : "unknown";
    }

    private static boolean has(JsonNode list, String word) {
        return list.valueStream().anyMatch(entry -> entry.asString("").equals(word));
    }

    // Where "features" is not there to be asked: every runc and crun of the last years knows them.
    private static boolean knowsUserNamespaces(Optional<JsonNode> features, String name) {
        return features.map(json -> has(json.path("linux").path("namespaces"), "user"))
                .orElse(name.equals("runc") || name.equals("crun"));
    }

    private static boolean knowsRecursiveReadOnly(Optional<JsonNode> features, String name, String version) {
        if (features.isPresent()) return has(features.get().path("mountOptions"), RECURSIVE_READ_ONLY);
        KernelVersion numbers = KernelVersion.parse(version);
        return switch (name) {
            case "runc" -> numbers.atLeast(RUNC_WITH_RRO);
            case "crun" -> numbers.atLeast(CRUN_WITH_RRO);
            default -> false;
        };
    }

    // runtime-spec features.md; runc since 1.1, crun since 1.8.6.
    private Optional<JsonNode> features(Path program) {
        CommandResult result = commands.run(Command.of(MAX, program.toString(), "features"));
        if (!result.succeeded()) return Optional.empty();
        try {
            return Optional.of(JSON.readTree(result.stdout())).filter(JsonNode::isObject);
        } catch (JacksonException _) {
            // An unknown sub-command can end with 0 and a help text.
            return Optional.empty();
        }
    }
}
