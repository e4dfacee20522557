package io.davit.conformance.suite;

import io.davit.conformance.suite.node.Node;
import io.davit.conformance.suite.node.Settings;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.run.Focus;
import io.davit.conformance.suite.run.KnownLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What can be said on the command line. */
final class Options {
    private static final String UNIX = "unix://";

    @Option(
            names = "--runtime-endpoint",
            required = true,
            paramLabel = "URL",
            description = "The server's socket: unix:///run/davit/davit.sock")
    private String runtimeEndpoint = "";

    @Option(
            names = "--image-endpoint",
            paramLabel = "URL",
            description = "The ImageService's, if it is not at the same socket.")
    private @Nullable String imageEndpoint;

    @Option(
            names = "--runtime-handler",
            paramLabel = "NAME",
            description = "The handler of all pods; default: the server's.")
    private String handler = "";

    @Option(
            names = "--focus",
            paramLabel = "REGEX",
            description = "Only tests in whose line \"FEATURE: TEST [RPC, …]\" this is found; may be repeated.")
    private List<Pattern> focus = List.of();

    @Option(names = "--skip", paramLabel = "REGEX", description = "Not these tests; may be repeated.")
    private List<Pattern> skip = List.of();

    @Option(
            names = "--skip-file",
            paramLabel = "FILE",
            description =
                    "Nor what the server cannot do because of what it stands on: a line for each, regex | reason |"
                            + " link. The report has them as skipped, with the reason. A line that is about no test is a failure.")
    private @Nullable Path skipFile;

    @Option(
            names = "--image",
            paramLabel = "ROLE=REF",
            description = "Another image than critest's for a role, such as shell; may be repeated.")
    private Map<String, String> images = Map.of();

    @Option(
            names = "--restart-command",
            paramLabel = "CMD",
            description = "For a shell: kills the server, runs $WHILE_DOWN, starts the server. Without it the tests of"
                    + " restarts are skipped.")
    private @Nullable String restartCommand;

    @Option(names = "--report", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}")
    private Path report = Path.of("conformance-report");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Of the endpoint in the report; default: the server's.")
    private @Nullable String name;

    @Option(
            names = "--compare",
            paramLabel = "JSON",
            arity = "1..*",
            description = "Reports of other endpoints, to stand beside this one's in the page.")
    private List<Path> compare = List.of();

    @Option(names = "--parallel", paramLabel = "N", description = "Tests at a time; default: ${DEFAULT-VALUE}")
    private int parallel = 4;

    @Option(
            names = "--deadline",
            paramLabel = "SECONDS",
            description = "Of a call that the test gives none; default: ${DEFAULT-VALUE}")
    private int deadlineSeconds = 60;

    /** @throws ParameterException that names the option that makes no sense */
    Settings settings(CommandSpec spec) throws IOException {
        if (parallel < 1) throw wrong(spec, "--parallel must be at least 1, not " + parallel);
        if (deadlineSeconds < 1) throw wrong(spec, "--deadline must be at least 1 second, not " + deadlineSeconds);
        Path runtime = socket(spec, "--runtime-endpoint", runtimeEndpoint);
        return new Settings(
                runtime,
                imageEndpoint == null ? runtime : socket(spec, "--image-endpoint", imageEndpoint),
                handler,
                images(spec),
                Optional.ofNullable(restartCommand),
                Files.createTempDirectory("davit-conformance-"),
                Duration.ofSeconds(deadlineSeconds));
    }

    Focus selection() {
        return new Focus(focus, skip);
    }

    /** @throws ParameterException that names the file or line that makes no sense */
    KnownLimits limits(CommandSpec spec) {
        if (skipFile == null) return KnownLimits.NONE;
        try {
            return KnownLimits.read(skipFile);
        } catch (IOException e) {
            throw wrong(spec, "--skip-file " + skipFile + " cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            throw wrong(spec, String.valueOf(e.getMessage()));
        }
    }

    int parallel() {
        return parallel;
    }

    Path report() {
        return report;
    }

    List<Path> compare() {
        return compare;
    }

    String name(Node node) {
        return Objects.requireNonNullElse(name, node.version().getRuntimeName());
    }

    private static Path socket(CommandSpec spec, String option, String url) {
        String path = url.startsWith(UNIX) ? url.substring(UNIX.length()) : url;
        if (!path.startsWith("/")) throw wrong(spec, option + " must be like unix:///run/davit/davit.sock, not " + url);
        return Path.of(path);
    }

    private Map<TestImage, String> images(CommandSpec spec) {
        Map<TestImage, String> byImage = new EnumMap<>(TestImage.class);
        images.forEach((role, reference) -> byImage.put(image(spec, role), reference));
        return byImage;
    }

    private static TestImage image(CommandSpec spec, String role) {
        return Arrays.stream(TestImage.values())
                .filter(image -> image.role().equals(role))
                .findFirst()
                .orElseThrow(() -> wrong(spec, "--image knows no role " + role + ", only " + roles()));
    }

    private static String roles() {
        return Arrays.stream(TestImage.values()).map(TestImage::role).collect(Collectors.joining(", "));
    }

    private static ParameterException wrong(CommandSpec spec, String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
