package io.davit.backend.oci.host;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kernel's AppArmor: which profiles are loaded, and davit's own default one (apparmor.d(5), apparmor_parser(8)). */
public final class AppArmor {
    /** What RuntimeDefault means. */
    public static final String DEFAULT = "davit-default";

    private static final String PARSER = "apparmor_parser";
    private static final Duration LOAD_MAX = Duration.ofMinutes(1);

    private final boolean enabled;
    private final Path profiles;
    private final Commands commands;
    private boolean loadedDefault;

    /** @param profiles the kernel's list of loaded profiles */
    AppArmor(boolean enabled, Path profiles, Commands commands) {
        this.enabled = enabled;
        this.profiles = profiles;
        this.commands = commands;
    }

    /** That of this host. */
    public static AppArmor ofHost(HostFacts host, Commands commands) {
        return new AppArmor(host.apparmor(), Path.of("/sys/kernel/security/apparmor/profiles"), commands);
    }

    public boolean enabled() {
        return enabled;
    }

    /** Whether a profile is loaded; true also where the kernel's list cannot be read: then the OCI runtime finds out. */
    public boolean has(String profile) {
        try {
            // name (mode)
            return Files.readAllLines(profiles).stream().anyMatch(line -> line.startsWith(profile + " ("));
        } catch (IOException _) {
            return true;
        }
    }

    /**
     * Loads the default profile, once in the daemon's life: an earlier daemon may have had another one.
     *
     * @return why it cannot be loaded; empty when it is
     */
    public synchronized Optional<String> loadDefault() {
        if (loadedDefault) return Optional.empty();
        Optional<Path> parser = ProgramSearch.find(PARSER);
        if (parser.isEmpty()) return Optional.of("there is no " + PARSER + "; apt-get install apparmor");
        List<String> words = List.of(parser.get().toString(), "--replace", "--skip-cache");
        CommandResult result = commands.run(new Command(words, Map.of(), defaultProfile(), Optional.empty(), LOAD_MAX));
        if (!result.succeeded()) return Optional.of(PARSER + ": " + result.complaint());
        loadedDefault = true;
        return Optional.empty();
    }

    private static byte[] defaultProfile() {
        try (InputStream resource = AppArmor.class.getResourceAsStream("apparmor-default")) {
            if (resource == null) throw new IllegalStateException("the jar lacks apparmor-default");
            return resource.readAllBytes();
        } catch (IOException e) {
            throw Fault.failed("read the default AppArmor profile", e);
        }
    }
}
