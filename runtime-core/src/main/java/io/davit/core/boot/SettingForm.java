package io.davit.core.boot;

import io.davit.core.domain.Secret;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlArray;

/**
 * How the values of one Java type stand in the configuration file.
 *
 * @param fromFile what tomlj read, to the value; throws IllegalArgumentException, which says what was expected
 * @param fromDefault the text of {@link io.davit.core.spi.Setting#value}, to the value; throws likewise
 * @param toFile the value, to TOML
 */
record SettingForm(
        Function<Object, Object> fromFile, Function<String, Object> fromDefault, Function<Object, String> toFile) {

    /** @throws AssertionError if a setting's type has no form: a mistake in our code, not in the file */
    static SettingForm of(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == String.class) return text(text -> text, Object::toString);
        if (type == Path.class) return text(SettingForm::path, Object::toString);
        if (type == Duration.class) return text(DurationText::parse, value -> DurationText.print((Duration) value));
        if (type == Secret.class) return text(Secret::new, value -> ((Secret) value).isEmpty() ? "" : "(secret)");
        if (type == boolean.class) return flag();
        if (type == int.class) return number(Integer.MIN_VALUE, Integer.MAX_VALUE, Math::toIntExact);
        if (type == long.class) return number(Long.MIN_VALUE, Long.MAX_VALUE, value -> value);
        if (type.isEnum()) return choice(type.getEnumConstants());
        if (type == List.class) {
            Type item = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            if (item == String.class) return list(text -> text);
            if (item == Path.class) return list(SettingForm::path);
        }
        throw new AssertionError("a setting cannot be a " + component.getGenericType() + ": " + component);
    }

    private static SettingForm text(Function<String, Object> parse, Function<Object, String> print) {
        return new SettingForm(value -> parse.apply(string(value)), parse, value -> quoted(print.apply(value)));
    }

    private static SettingForm flag() {
        return new SettingForm(
                value -> {
                    if (value instanceof Boolean) return value;
                    throw new IllegalArgumentException("expected true or false, found " + shown(value));
                },
                Boolean::valueOf,
                Object::toString);
    }

    private static SettingForm number(long min, long max, Function<Long, Object> narrow) {
        return new SettingForm(
                value -> {
                    if (value instanceof Long number && number >= min && number <= max) return narrow.apply(number);
                    throw new IllegalArgumentException("expected a whole number, found " + shown(value));
                },
                text -> narrow.apply(Long.valueOf(text)),
                Object::toString);
    }

    private static SettingForm choice(Object[] constants) {
        Function<String, Object> parse = text -> Arrays.stream(constants)
                .filter(constant -> word(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(constants).map(SettingForm::word).collect(Collectors.joining(", "))));
        return text(parse, SettingForm::word);
    }

    private static SettingForm list(Function<String, Object> parse) {
        return new SettingForm(
                value -> {
                    if (value instanceof TomlArray array) {
                        return array.toList().stream()
                                .map(SettingForm::string)
                                .map(parse)
                                .toList();
                    }
                    throw new IllegalArgumentException("expected a list of texts in [], found " + shown(value));
                },
                text -> Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .map(parse)
                        .toList(),
                value -> ((List<?>) value)
                        .stream().map(item -> quoted(item.toString())).collect(Collectors.joining(", ", "[", "]")));
    }

    private static String string(Object value) {
        if (value instanceof String text) return text;
        throw new IllegalArgumentException("expected a text in quotes, found " + shown(value));
    }

    /** The empty path means "none", where the setting's comment says so. */
    private static Object path(String text) {
        Path path = Path.of(text);
        if (text.isEmpty() || path.isAbsolute()) return path.normalize();
        throw new IllegalArgumentException("'" + text + "' is not an absolute path");
    }

    private static String word(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String quoted(String text) {
        return '"' + Toml.tomlEscape(text).toString() + '"';
    }

    private static String shown(Object value) {
        return value instanceof String text ? quoted(text) : value.toString();
    }
}
