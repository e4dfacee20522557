package io.davit.core.boot;

import io.davit.core.domain.Fault;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Turns tables of the configuration file into settings records. Goes on after a mistake with the default in the place
 * of what is wrong, so that one run finds all of them. A record may check its values in its compact constructor and
 * throw {@link Fault} InvalidRequest with the key, with or without its table, as the field, or
 * IllegalArgumentException about the table as a whole.
 */
final class SettingsBinder {
    private static final TomlTable NOTHING = Toml.parse("");

    private final Mistakes mistakes;

    SettingsBinder(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** A record with the default of every setting. */
    static <R extends Record> R defaults(Class<R> settings) {
        Mistakes none = new Mistakes();
        R defaults = new SettingsBinder(none).bind(settings, NOTHING, "", TomlPosition.positionAt(1, 1));
        none.throwIfAny("defaults of " + settings.getName());
        return defaults;
    }

    /**
     * @param path the table's name in messages
     * @param place where the table stands in the file
     */
    <R extends Record> R bind(Class<R> settings, TomlTable table, String path, TomlPosition place) {
        List<SettingKey> keys = SettingKey.of(settings);
        reportUnknown(keys, table, path);
        Map<String, Object> values = new LinkedHashMap<>();
        for (SettingKey key : keys) values.put(key.name(), value(key, table, path, place));
        Optional<R> bound = construct(settings, values.values().toArray(), table, path, place);
        return bound.orElseGet(() -> defaults(settings));
    }

    private void reportUnknown(List<SettingKey> keys, TomlTable table, String path) {
        List<String> known = keys.stream().map(SettingKey::name).toList();
        for (String key : table.keySet()) {
            if (known.contains(key)) continue;
            mistakes.add(place(table, key), joined(path, key) + ": unknown key" + Suggestion.of(key, known));
        }
    }

    private Object value(SettingKey key, TomlTable table, String path, TomlPosition above) {
        if (key.isTable()) {
            TomlPosition place = table.contains(List.of(key.name())) ? place(table, key.name()) : above;
            return bind(key.tableType(), subTable(key.name(), table, path), joined(path, key.name()), place);
        }
        if (key.isMapOfTables()) return tables(key.mapTableType(), key.name(), table, path);
        if (key.isMapOfTexts()) return texts(key.name(), table, path);
        SettingForm form = SettingForm.of(key.component());
        Object found = table.get(List.of(key.name()));
        if (found == null) return form.fromDefault().apply(key.setting().value());
        try {
            return form.fromFile().apply(found);
        } catch (IllegalArgumentException e) {
            mistakes.add(place(table, key.name()), joined(path, key.name()) + ": " + e.getMessage());
            return form.fromDefault().apply(key.setting().value());
        }
    }

    /** The table of that name, or an empty one. */
    TomlTable subTable(String name, TomlTable table, String path) {
        Object found = table.get(List.of(name));
        if (found == null) return NOTHING;
        if (found instanceof TomlTable sub) return sub;
        mistakes.add(place(table, name), joined(path, name) + ": expected a table, [" + joined(path, name) + "]");
        return NOTHING;
    }

    /** The sub-tables of the table {@code name} by their names, each as a record. */
    <R extends Record> Map<String, R> tables(Class<R> settings, String name, TomlTable table, String path) {
        TomlTable entries = subTable(name, table, path);
        String entriesPath = joined(path, name);
        Map<String, R> records = new TreeMap<>();
        for (String key : entries.keySet()) {
            TomlTable entry = subTable(key, entries, entriesPath);
            records.put(key, bind(settings, entry, joined(entriesPath, key), place(entries, key)));
        }
        return records;
    }

    private Map<String, String> texts(String name, TomlTable table, String path) {
        TomlTable entries = subTable(name, table, path);
        Map<String, String> texts = new TreeMap<>();
        for (String key : entries.keySet()) {
            Object found = entries.get(List.of(key));
            if (found instanceof String text) {
                texts.put(key, text);
            } else {
                String where = joined(joined(path, name), key);
                mistakes.add(place(entries, key), where + ": expected a text in quotes, found " + found);
            }
        }
        return texts;
    }

    /** Empty if the record refuses the values; then the mistake was noted. */
    private <R extends Record> Optional<R> construct(
            Class<R> settings, Object[] values, TomlTable table, String path, TomlPosition place) {
        try {
            return Optional.of(constructor(settings).newInstance(values));
        } catch (InvocationTargetException e) {
            refused(Objects.requireNonNull(e.getCause()), table, path, place);
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the constructor of " + settings.getName() + " cannot be called", e);
        }
    }

    private void refused(Throwable cause, TomlTable table, String path, TomlPosition place) {
        switch (cause) {
            case Fault fault
            when fault.kind() instanceof Fault.Kind.InvalidRequest(List<Fault.Problem> problems) -> {
                for (Fault.Problem problem : problems) {
                    String key = problem.field().startsWith(path + ".")
                            ? problem.field().substring(path.length() + 1)
                            : problem.field();
                    TomlPosition where = table.contains(List.of(key)) ? place(table, key) : place;
                    mistakes.add(where, joined(path, key) + ": " + problem.why());
                }
            }
            case IllegalArgumentException e -> mistakes.add(place, path + ": " + e.getMessage());
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("a settings record threw a checked exception", cause);
        }
    }

    private static <R extends Record> Constructor<R> constructor(Class<R> settings) throws NoSuchMethodException {
        Class<?>[] types = Arrays.stream(settings.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        return settings.getDeclaredConstructor(types);
    }

    static TomlPosition place(TomlTable table, String key) {
        TomlPosition place = table.inputPositionOf(List.of(key));
        return place == null ? TomlPosition.positionAt(1, 1) : place;
    }

    private static String joined(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
