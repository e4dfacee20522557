package io.davit.backend.oci.runtime;

import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.host.HostFacts;
import io.davit.backend.oci.host.ProgramSearch;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.Commands;
import io.davit.core.spi.Finding;
import io.davit.core.spi.HandlerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the OCI runtimes that serve: those of the configuration, or those that work on this host. */
public final class RuntimeSearch {
    private static final String PATH_OPTION = "path";
    private static final String ARGUMENTS_OPTION = "arguments";
    private static final String ANNOTATIONS_OPTION = "annotations";
    private static final Set<String> OPTIONS = Set.of(PATH_OPTION, ARGUMENTS_OPTION, ANNOTATIONS_OPTION);

    private final HostFacts host;
    private final VolatileLayout layout;
    private final List<String> everyCall;
    private final RuntimeProbe probe;

    /** @param everyCall arguments that every call of every runtime gets */
    public RuntimeSearch(HostFacts host, VolatileLayout layout, List<String> everyCall, Commands commands) {
        this.host = host;
        this.layout = layout;
        this.everyCall = List.copyOf(everyCall);
        this.probe = new RuntimeProbe(commands, host.kernel());
    }

    /**
     * The handlers to serve.
     *
     * @param configured handlers of the configuration; where there are none, each of {@code wanted} that works
     * @throws Fault Failed if there is none, saying how to get one
     */
    public RuntimeCatalogue search(List<HandlerSettings> configured, List<String> wanted) {
        List<RuntimeEntry> entries = new ArrayList<>();
        configured.forEach(handler -> entries.add(entry(handler)));
        if (!entries.isEmpty()) return new RuntimeCatalogue(entries);
        for (String name : wanted) {
            ProgramSearch.find(name)
                    .filter(path -> refusal(path).isEmpty())
                    .map(this::found)
                    .ifPresent(entries::add);
        }
        if (!entries.isEmpty()) return new RuntimeCatalogue(entries);
        throw Fault.failed("find an OCI runtime", "none of " + wanted + " works here; apt-get install runc");
    }

    private RuntimeEntry found(Path program) {
        RuntimeHandler handler = new RuntimeHandler(String.valueOf(program.getFileName()));
        return probe.look(handler, runtime(handler, program, List.of()), new AnnotationFilter(List.of()));
    }

    private RuntimeEntry entry(HandlerSettings settings) {
        String name = settings.handler().name();
        for (String option : settings.options().keySet()) {
            if (!OPTIONS.contains(option)) throw bad(name, "unknown option '" + option + "', known are " + OPTIONS);
        }
        Map<String, String> options = settings.options();
        String wanted = options.getOrDefault(PATH_OPTION, name);
        Path program = ProgramSearch.find(wanted)
                .orElseThrow(() -> bad(name, "there is no program '" + wanted + "'; set its option path"));
        refusal(program).ifPresent(why -> {
            throw bad(name, why);
        });
        List<String> arguments = words(options.getOrDefault(ARGUMENTS_OPTION, ""));
        AnnotationFilter annotations = new AnnotationFilter(words(options.getOrDefault(ANNOTATIONS_OPTION, "")));
        return probe.look(settings.handler(), runtime(settings.handler(), program, arguments), annotations);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    private static Fault bad(String handler, String why) {
        return Fault.invalid("handlers." + handler + ".options", why);
    }

    private OciRuntime runtime(RuntimeHandler handler, Path program, List<String> arguments) {
        List<String> all = new ArrayList<>(everyCall);
        all.addAll(arguments);
        return new OciRuntime(program, layout.runtimeRoot(handler.name()), all);
    }

    /** Why a runtime that is there cannot be used on this host. */
    private Optional<String> refusal(Path program) {
        boolean crun = String.valueOf(program.getFileName()).equals("crun");
        if (!crun || !host.cgroups().splitControllers()) return Optional.empty();
        return Optional.of("crun refuses a host with cgroup version 1 whose version 2 hierarchy has controllers too");
    }

    /** What {@code davit doctor} says of the runtimes. */
    public List<Finding> findings(List<String> wanted) {
        List<Finding> findings = new ArrayList<>();
        boolean any = false;
        for (String name : wanted) {
            Optional<Path> program = ProgramSearch.find(name);
            if (program.isEmpty()) {
                findings.add(Finding.warning(name, "not installed", "apt-get install " + name));
                continue;
            }
            Optional<String> refusal = refusal(program.get());
            if (refusal.isPresent()) {
                findings.add(Finding.warning(
                        name, refusal.get(), "boot with systemd.unified_cgroup_hierarchy=1, or use runc"));
                continue;
            }
            Finding finding = asked(name, program.get());
            any |= finding.level() == Finding.Level.OK;
            findings.add(finding);
        }
        if (!any) findings.add(Finding.missing("OCI runtime", "none works here", "apt-get install runc"));
        return findings;
    }

    private Finding asked(String name, Path program) {
        try {
            return Finding.ok(name, program + " " + probe.version(program));
        } catch (Fault fault) {
            return Finding.warning(name, fault.kind().text(), "apt-get install --reinstall " + name);
        }
    }
}
