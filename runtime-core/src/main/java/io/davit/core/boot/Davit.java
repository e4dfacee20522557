package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.spi.BackendProvider;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The program {@code davit}. Commands are described in code, not by annotations: reading those costs start-up time. */
public final class Davit {
    /** Exit codes; 0 is done. */
    static final int FAILED = 1;

    static final int USAGE = 2;

    private Davit() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /**
     * The same without ending the process.
     *
     * @return the exit code
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return run(out, err, Davit::installedBackends, CriServer::start, arguments);
    }

    static int run(
            PrintWriter out,
            PrintWriter err,
            Supplier<List<BackendProvider>> backends,
            ServerLauncher server,
            String... arguments) {
        return commandLine(out, backends, server)
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(Davit::report)
                .execute(arguments);
    }

    /** By name: the class path's own order differs between a build tree and a distribution. */
    static List<BackendProvider> installedBackends() {
        return ServiceLoader.load(BackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(BackendProvider::name))
                .toList();
    }

    private static CommandLine commandLine(
            PrintWriter out, Supplier<List<BackendProvider>> backends, ServerLauncher server) {
        CommandSpec davit = CommandSpec.create().name("davit");
        describe(davit, "A Kubernetes container runtime (CRI v1) with several engines.");
        davit.usageMessage()
                .footer(
                        "",
                        "Exit codes: 0 done; 1 failed, or something is wrong (check, doctor); 2 wrong usage.",
                        "First steps: davit doctor, davit config default, davit serve.");
        davit.addSubcommand("serve", ServeCommand.spec(backends, server));
        davit.addSubcommand("doctor", DoctorCommand.spec(out, backends));
        davit.addSubcommand("config", ConfigCommand.spec(out, backends));
        davit.addSubcommand("images", ImagesCommand.spec(out, backends));
        davit.addSubcommand("version", command("Prints the version.", () -> {
            out.println("davit " + DavitVersion.current());
            return 0;
        }));
        return new CommandLine(davit);
    }

    /** A command that runs {@code action}, whose result is the exit code. */
    static CommandSpec command(String summary, Callable<Integer> action) {
        return describe(CommandSpec.wrapWithoutInspection(action), summary);
    }

    /** Gives a command its summary and {@code --help}; one that only groups others prints its usage. */
    static CommandSpec describe(CommandSpec spec, String summary) {
        spec.usageMessage().description(summary);
        spec.addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Prints this text.")
                .build());
        return spec;
    }

    /** One line per problem: an operator looks for the first word that says what to do. */
    private static int report(Exception thrown, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (!(thrown instanceof Fault fault)) {
            err.println("davit: a bug in davit; please report it with the following lines");
            thrown.printStackTrace(err);
            return FAILED;
        }
        if (fault.kind() instanceof Fault.Kind.InvalidRequest(List<Fault.Problem> problems)) {
            problems.forEach(err::println);
        } else {
            err.println("davit: " + fault.getMessage());
        }
        return FAILED;
    }
}
