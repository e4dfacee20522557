package io.davit.core.boot;

import io.davit.core.spi.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One key of the configuration file: a component of a settings record with its {@link Setting}. */
record SettingKey(String name, RecordComponent component, Setting setting) {
    /** The keys of a settings record, in the order of its components. */
    static List<SettingKey> of(Class<? extends Record> settings) {
        return Arrays.stream(settings.getRecordComponents()).map(SettingKey::of).toList();
    }

    private static SettingKey of(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) throw new AssertionError(component + " has no @Setting");
        return new SettingKey(kebab(component.getName()), component, setting);
    }

    /** {@code cniConfDir} is {@code cni-conf-dir} in the file. */
    private static String kebab(String camel) {
        return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    boolean isTable() {
        return component.getType().isRecord();
    }

    Class<? extends Record> tableType() {
        return component.getType().asSubclass(Record.class);
    }

    boolean isMapOfTables() {
        return component.getType() == Map.class && mapValueType().isRecord();
    }

    Class<? extends Record> mapTableType() {
        return mapValueType().asSubclass(Record.class);
    }

    boolean isMapOfTexts() {
        return component.getType() == Map.class && mapValueType() == String.class;
    }

    private Class<?> mapValueType() {
        return (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1];
    }

    /** This key's value in a settings record. */
    Object valueIn(Record settings) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError("the accessor of " + component + " must be public and cannot throw", e);
        }
    }
}
