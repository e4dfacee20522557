package io.davit.core.boot;

import io.davit.core.spi.BackendProvider;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code davit config}: everything about the configuration file. */
final class ConfigCommand {
    private ConfigCommand() {}

    static CommandSpec spec(PrintWriter out, Supplier<List<BackendProvider>> backends) {
        CommandSpec config = Davit.describe(CommandSpec.create(), "Prints and checks the configuration.");
        config.addSubcommand("default", Davit.command("Prints the default file with every key explained.", () -> {
            List<BackendProvider> providers = backends.get();
            out.print(ConfigText.defaults(new ConfigFile(providers), providers));
            out.flush();
            return 0;
        }));
        config.addSubcommand("check", check(out, backends));
        config.addSubcommand("show", show(out, backends));
        return config;
    }

    private static CommandSpec check(PrintWriter out, Supplier<List<BackendProvider>> backends) {
        ConfigOption option = new ConfigOption();
        CommandSpec check =
                Davit.command("Reports every mistake with file, line and column; exit code 1 if any.", () -> {
                    List<BackendProvider> providers = backends.get();
                    ServerConfig config = option.load(providers);
                    out.println("no mistakes in " + option.source());
                    effects(config, providers).forEach(out::println);
                    return 0;
                });
        return check.addOption(option.option());
    }

    private static List<String> effects(ServerConfig config, List<BackendProvider> providers) {
        List<String> registries = config.images().shortNameRegistries();
        Stream<String> names = Stream.of("images with short names are looked for in " + String.join(", ", registries));
        Stream<String> backends = providers.stream()
                .filter(provider -> config.server().backends().contains(provider.name()))
                .flatMap(provider -> Optional.ofNullable(config.backends().get(provider.name())).stream()
                        .flatMap(settings -> provider.effects(settings).stream()));
        return Stream.concat(names, backends).toList();
    }

    private static CommandSpec show(PrintWriter out, Supplier<List<BackendProvider>> backends) {
        ConfigOption option = new ConfigOption();
        CommandSpec show = Davit.command("Prints the configuration in force, without secrets.", () -> {
            List<BackendProvider> providers = backends.get();
            out.print(ConfigText.effective(option.load(providers), providers));
            out.flush();
            return 0;
        });
        return show.addOption(option.option());
    }
}
