package io.davit.core.boot;

import io.davit.core.network.NetworkChecks;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.Commands;
import io.davit.core.spi.Finding;
import io.davit.core.spi.Finding.Level;
import io.davit.core.spi.HostServices;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** {@code davit doctor}: looks at this host and says what is missing and how to get it; changes nothing. */
final class DoctorCommand implements Callable<Integer> {
    private final ConfigOption option = new ConfigOption();
    private final PrintWriter out;
    private final Supplier<List<BackendProvider>> backends;
    private final Commands commands = ChildProcesses.forThisMachine();

    private DoctorCommand(PrintWriter out, Supplier<List<BackendProvider>> backends) {
        this.out = out;
        this.backends = backends;
    }

    static CommandSpec spec(PrintWriter out, Supplier<List<BackendProvider>> backends) {
        DoctorCommand doctor = new DoctorCommand(out, backends);
        return Davit.command("Says what this host lacks, and how to get it; exit code 1 if pods cannot run.", doctor)
                .addOption(doctor.option.option());
    }

    @Override
    public Integer call() {
        List<BackendProvider> providers = backends.get();
        ServerConfig config = option.load(providers);
        List<Finding> findings = new ArrayList<>();
        HostFiles files = new HostFiles(Path.of("/"));
        findings.add(Finding.ok("Java", System.getProperty("java.runtime.version", "unknown")));
        findings.addAll(new HostChecks(files).findings());
        findings.addAll(new CgroupChecks(files).findings());
        findings.addAll(new DiskChecks(config.server()).findings());
        findings.addAll(new NetworkChecks(config.network(), commands).findings());
        providers.stream()
                .filter(provider -> config.server().backends().contains(provider.name()))
                .forEach(provider -> findings.addAll(diagnose(provider, config)));
        FindingTable.print(out, findings);
        return conclude(findings);
    }

    private List<Finding> diagnose(BackendProvider provider, ServerConfig config) {
        Record settings = config.backends().get(provider.name());
        if (settings == null) throw new AssertionError("every provider's table was bound");
        HostServices host = new HostServices(
                Clock.systemUTC(),
                new SecureRandom(),
                config.server().root().resolve(provider.name()),
                config.server().state().resolve(provider.name()),
                commands);
        return provider.diagnose(settings, host).stream()
                .map(finding -> new Finding(
                        finding.level(),
                        provider.name() + ": " + finding.subject(),
                        finding.detail(),
                        finding.remedy()))
                .toList();
    }

    private int conclude(List<Finding> findings) {
        long missing = count(findings, Level.MISSING);
        long warnings = count(findings, Level.WARNING);
        out.println();
        out.println(
                missing > 0
                        ? missing + " missing: pods cannot run here until that is mended"
                        : "ready to run pods" + (warnings > 0 ? ", with " + warnings + " warnings" : ""));
        return missing > 0 ? Davit.FAILED : 0;
    }

    private static long count(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
