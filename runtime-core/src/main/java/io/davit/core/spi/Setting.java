package io.davit.core.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one key of the configuration file on the record component that holds it. The key is the component's name in
 * kebab case ({@code cniConfDir} is {@code cni-conf-dir}). Component types: String, boolean, int, long, Path, Duration
 * ("90s"), {@code List<String>}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** One or two sentences for the operator, with the unit. */
    String comment();

    /** The default, as it would stand in the file, without quotes; a list's items are separated by commas. */
    String value();
}
