package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.network.NetworkSettings;
import io.davit.core.node.ImageNameSettings;
import io.davit.core.observe.MetricsSettings;
import io.davit.core.spi.BackendProvider;
import io.davit.core.streaming.StreamingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/** Reads the configuration file: TOML to {@link ServerConfig}, with every mistake at once. */
public final class ConfigFile {
    /** Read if no other is named, and may be missing: then everything has its default. */
    public static final Path STANDARD = Path.of("/etc/davit/davit.toml");

    static final List<String> CORE_TABLES =
            List.of("server", "log", "network", "streaming", "metrics", "images", "handlers");

    private final List<BackendProvider> providers;

    public ConfigFile(List<BackendProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** What holds without a configuration file. */
    public ServerConfig defaults() {
        return bind(Toml.parse(""), new Mistakes());
    }

    /** @throws Fault InvalidRequest with {@code file:line:column} of every mistake; Failed if it cannot be read */
    public ServerConfig read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw Fault.failed("reading the configuration " + file, e);
        }
    }

    /**
     * @param file its name in messages
     * @throws Fault InvalidRequest with {@code file:line:column} of every mistake
     */
    public ServerConfig parse(String file, String text) {
        Mistakes mistakes = new Mistakes();
        TomlParseResult toml = Toml.parse(text, TomlVersion.V1_0_0);
        for (TomlParseError error : toml.errors()) mistakes.add(error.position(), String.valueOf(error.getMessage()));
        // After an error of syntax tomlj has skipped lines: what is missing then would only add false complaints.
        mistakes.throwIfAny(file);
        ServerConfig config = bind(toml, mistakes);
        checkNames(config, toml, mistakes);
        mistakes.throwIfAny(file);
        return config;
    }

    private ServerConfig bind(TomlTable toml, Mistakes mistakes) {
        SettingsBinder binder = new SettingsBinder(mistakes);
        List<String> known =
                Stream.concat(CORE_TABLES.stream(), backendNames().stream()).toList();
        for (String table : toml.keySet()) {
            if (known.contains(table)) continue;
            mistakes.add(
                    SettingsBinder.place(toml, table), "[" + table + "]: unknown table" + Suggestion.of(table, known));
        }
        Map<String, Record> backends = new LinkedHashMap<>();
        for (BackendProvider provider : providers) {
            backends.put(provider.name(), section(binder, provider.settings(), toml, provider.name()));
        }
        return new ServerConfig(
                section(binder, ServerSettings.class, toml, "server"),
                section(binder, LogSettings.class, toml, "log"),
                section(binder, NetworkSettings.class, toml, "network"),
                section(binder, StreamingSettings.class, toml, "streaming"),
                section(binder, MetricsSettings.class, toml, "metrics"),
                section(binder, ImageNameSettings.class, toml, "images"),
                binder.tables(HandlerTable.class, "handlers", toml, ""),
                backends);
    }

    private static <R extends Record> R section(SettingsBinder binder, Class<R> settings, TomlTable toml, String name) {
        return binder.bind(settings, binder.subTable(name, toml, ""), name, SettingsBinder.place(toml, name));
    }

    private void checkNames(ServerConfig config, TomlTable toml, Mistakes mistakes) {
        TomlPosition backends = placeIn(toml, "server", "backends");
        for (String name : config.server().backends()) {
            if (backendNames().contains(name)) continue;
            mistakes.add(
                    backends, "server.backends: there is no backend " + name + Suggestion.of(name, backendNames()));
        }
        if (config.metrics().isUnixSocket()
                && config.metrics().socket().equals(config.server().socket())) {
            mistakes.add(placeIn(toml, "metrics", "address"), "metrics.address: is server.socket; the CRI is there");
        }
        for (String name : config.images().backends()) {
            if (config.server().backends().contains(name)) continue;
            mistakes.add(
                    placeIn(toml, "images", "backends"),
                    "images.backends: " + name + " is not one of server.backends"
                            + Suggestion.of(name, config.server().backends()));
        }
        config.handlers().forEach((name, handler) -> {
            if (config.server().backends().contains(handler.backend())) return;
            mistakes.add(
                    placeIn(toml, "handlers", name),
                    "handlers." + name + ".backend: " + handler.backend() + " is not one of server.backends"
                            + Suggestion.of(handler.backend(), config.server().backends()));
        });
        String wanted = config.server().defaultHandler();
        if (wanted.isEmpty() || config.handlers().isEmpty() || config.handlers().containsKey(wanted)) return;
        mistakes.add(
                placeIn(toml, "server", "default-handler"),
                "server.default-handler: there is no [handlers." + wanted + "]"
                        + Suggestion.of(wanted, config.handlers().keySet()));
    }

    private static TomlPosition placeIn(TomlTable toml, String table, String key) {
        TomlTable sub = toml.getTableOrEmpty(List.of(table));
        return sub.contains(List.of(key)) ? SettingsBinder.place(sub, key) : SettingsBinder.place(toml, table);
    }

    private List<String> backendNames() {
        return providers.stream().map(BackendProvider::name).toList();
    }
}
