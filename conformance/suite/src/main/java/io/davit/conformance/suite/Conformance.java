package io.davit.conformance.suite;

import io.davit.conformance.suite.node.Directories;
import io.davit.conformance.suite.node.Node;
import io.davit.conformance.suite.node.Settings;
import io.davit.conformance.suite.report.Latency;
import io.davit.conformance.suite.report.Outcome;
import io.davit.conformance.suite.report.Page;
import io.davit.conformance.suite.report.Report;
import io.davit.conformance.suite.report.ReportFile;
import io.davit.conformance.suite.report.Result;
import io.davit.conformance.suite.run.KnownLimits;
import io.davit.conformance.suite.run.SuiteRun;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program: runs the suite against an endpoint and writes the report. */
@Command(
        name = "davit-conformance",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Judges any CRI v1 server, black box over its sockets.",
            "",
            "Runs beside the server, as root: it reads container logs and makes directories to mount. It needs no other"
                    + " software, and leaves no pod, container or file. Images it pulled stay.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all tests passed or were skipped with a reason",
            "1:at least one test failed",
            "2:misuse; nothing was run",
            "3:the server does not answer; nothing was run"
        })
public final class Conformance implements Callable<Integer> {
    /** Netty warns of machines without a network card, and of unix sockets; neither is news here. */
    private static final Logger NETTY = Logger.getLogger("io.netty");

    private static final int FAILED = 1;
    private static final int UNREACHABLE = 3;

    @Mixin
    private Options options = new Options();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    public static void main(String[] arguments) {
        NETTY.setLevel(Level.SEVERE);
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Conformance());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = options.settings(spec);
        List<Report> others = new ArrayList<>();
        for (Path file : options.compare()) others.add(ReportFile.read(file));
        KnownLimits limits = options.limits(spec);
        Node node;
        try {
            node = new Node(settings);
        } catch (StatusRuntimeException e) {
            say(settings.runtimeSocket() + " does not answer: " + e.getStatus());
            return UNREACHABLE;
        }
        try (node) {
            return run(node, limits, others);
        } finally {
            Directories.delete(settings.work());
        }
    }

    private int run(Node node, KnownLimits limits, List<Report> others) throws IOException {
        Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        long begin = System.nanoTime();
        SuiteRun.Ran ran = SuiteRun.run(node, options.selection(), limits, options.parallel(), Conformance::tell);
        if (ran.outcomes().isEmpty()) {
            say("no test is selected: do --focus and --skip leave any?");
            return CommandLine.ExitCode.USAGE;
        }
        Report report = new Report(
                Report.FORM,
                options.name(node),
                Facts.of(node),
                started.toString(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
                ran.outcomes(),
                Latency.of(node.calls()));
        write(report, others);
        say("%s: %d passed, %d failed, %d skipped in %d s; report in %s"
                .formatted(
                        report.name(),
                        report.count(Result.PASSED),
                        report.count(Result.FAILED),
                        report.count(Result.SKIPPED),
                        TimeUnit.MILLISECONDS.toSeconds(report.millis()),
                        options.report()));
        ran.stale().forEach(limit -> say("the skip file is stale: no test matches " + limit.pattern()));
        return report.count(Result.FAILED) == 0 && ran.stale().isEmpty() ? CommandLine.ExitCode.OK : FAILED;
    }

    private void write(Report report, List<Report> others) throws IOException {
        Files.createDirectories(options.report());
        ReportFile.write(options.report().resolve("report.json"), report);
        List<Report> all = new ArrayList<>(List.of(report));
        all.addAll(others);
        Files.writeString(options.report().resolve("report.html"), Page.html(all));
    }

    /** One line for a test that went well, the whole story of one that failed. */
    private static void tell(Outcome outcome) {
        String end = outcome.result() == Result.PASSED
                ? ""
                : "\n    " + outcome.detail().replace("\n", "\n    ");
        System.out.printf("%-7s %s: %s%s%n", outcome.result(), outcome.feature(), outcome.test(), end);
    }

    private static void say(String text) {
        System.err.println("davit-conformance: " + text);
    }
}
