package io.davit.core.boot;

import io.davit.core.spi.BackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a configuration as a TOML file that {@link ConfigFile} reads as the same; secrets are hidden. */
final class ConfigText {
    private static final int LINE_CHARS_MAX = 100;

    private static final Map<String, String> TABLE_COMMENTS = Map.of(
            "server", "The daemon as a whole.",
            "log", "The log, which goes to standard error.",
            "network", "The pod network, made by CNI plugins.",
            "streaming", "The server behind kubectl exec, attach and port-forward.",
            "metrics", "Metrics of the daemon itself, for Prometheus; those of pods are the kubelet's (CRI).",
            "images", "What requests for images mean, whatever backend serves them.");

    private static final String HANDLERS_COMMENT = """
            # Runtime handlers (the handler of a Kubernetes RuntimeClass) by name: which backend runs them, with which
            # options of that backend. Without any, each backend offers what it finds on this machine.
            #
            # [handlers.crun]
            # backend = "oci"
            # options = { path = "/usr/bin/crun" }
            """;

    private final boolean comments;
    private final StringBuilder text = new StringBuilder();

    private ConfigText(boolean comments) {
        this.comments = comments;
    }

    /** Every key with its default and what it means. */
    static String defaults(ConfigFile file, List<BackendProvider> providers) {
        ConfigText text = new ConfigText(true);
        text.text.append("""
                # Configuration of davit with every key at its default. A key that is left out has its default, too.
                # Lengths of time are written as 90s, 5m, 1h30m or 250ms. "davit config check" finds mistakes.

                """);
        return text.write(file.defaults(), providers);
    }

    /** What is in force, without explanations. */
    static String effective(ServerConfig config, List<BackendProvider> providers) {
        return new ConfigText(false).write(config, providers);
    }

    private String write(ServerConfig config, List<BackendProvider> providers) {
        section("server", config.server());
        section("log", config.log());
        section("network", config.network());
        section("streaming", config.streaming());
        section("metrics", config.metrics());
        section("images", config.images());
        for (BackendProvider provider : providers) {
            Record settings = config.backends().get(provider.name());
            if (settings != null) section(provider.name(), settings);
        }
        if (comments) text.append(HANDLERS_COMMENT);
        new TreeMap<>(config.handlers()).forEach((name, handler) -> section(dotted("handlers", name), handler));
        return text.toString().stripTrailing() + "\n";
    }

    private void section(String name, Record settings) {
        List<SettingKey> keys = SettingKey.of(settings.getClass());
        if (keys.isEmpty()) return;
        comment(TABLE_COMMENTS.getOrDefault(name, "The backend " + name + "."));
        table(name, settings, keys);
    }

    /** TOML wants a table's own keys before its sub-tables. */
    private void table(String name, Record settings, List<SettingKey> keys) {
        text.append('[').append(name).append("]\n");
        List<Runnable> below = new ArrayList<>();
        for (SettingKey key : keys) {
            Object value = key.valueIn(settings);
            if (value instanceof Record sub) {
                below.add(() -> subTable(key, dotted(name, key.name()), sub));
            } else if (value instanceof Map<?, ?> map) {
                below.add(() -> map(key, dotted(name, key.name()), map));
            } else {
                comment(key.setting().comment());
                text.append(key.name()).append(" = ");
                text.append(SettingForm.of(key.component()).toFile().apply(value))
                        .append('\n');
                if (comments) text.append('\n');
            }
        }
        if (!comments) text.append('\n');
        below.forEach(Runnable::run);
    }

    private void subTable(SettingKey key, String name, Record sub) {
        comment(key.setting().comment());
        table(name, sub, SettingKey.of(sub.getClass()));
    }

    private void map(SettingKey key, String name, Map<?, ?> map) {
        comment(key.setting().comment());
        if (key.isMapOfTables()) {
            if (map.isEmpty()) example(dotted(name, "NAME"), SettingsBinder.defaults(key.mapTableType()));
            new TreeMap<>(map).forEach((entry, value) -> subTable(key, dotted(name, entry.toString()), (Record) value));
            return;
        }
        text.append('[').append(name).append("]\n");
        new TreeMap<>(map)
                .forEach((entry, value) -> text.append(bare(entry.toString()))
                        .append(" = ")
                        .append(SettingForm.quoted(value.toString()))
                        .append('\n'));
        text.append('\n');
    }

    /** A table that could be there: its keys with their defaults, all of it commented out. */
    private void example(String name, Record defaults) {
        if (!comments) return;
        ConfigText example = new ConfigText(true);
        example.table(name, defaults, SettingKey.of(defaults.getClass()));
        for (String line : example.text.toString().stripTrailing().split("\n")) {
            text.append(line.isEmpty() || line.startsWith("#") ? line : "#" + line)
                    .append('\n');
        }
        text.append('\n');
    }

    private void comment(String comment) {
        if (!comments) return;
        StringBuilder line = new StringBuilder("#");
        for (String word : comment.split(" ")) {
            if (line.length() + 1 + word.length() > LINE_CHARS_MAX) {
                text.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }

    private static String dotted(String table, String key) {
        return table + "." + bare(key);
    }

    private static String bare(String key) {
        return key.matches("[A-Za-z0-9_-]+") ? key : SettingForm.quoted(key);
    }
}
