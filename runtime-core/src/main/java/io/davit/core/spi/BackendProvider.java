package io.davit.core.spi;

import java.util.List;

/** Found by ServiceLoader; the only class of a backend that the core names. */
public interface BackendProvider {
    /** The word used in the configuration: {@code backend = "oci"}. */
    String name();

    /**
     * The record behind this backend's table in the configuration file; its components carry {@link Setting}. A record
     * without components means there is nothing to set.
     */
    Class<? extends Record> settings();

    /**
     * Opens the backend. May look at the host; must not change anything outside the directories it is lent.
     *
     * @param settings an instance of {@link #settings()}
     * @param handlers the runtime handlers that the configuration gives to this backend; empty: the backend offers
     *     what it finds
     * @throws io.davit.core.domain.Fault if the engine cannot be used, saying what is missing and how to get it
     */
    Backend open(Record settings, List<HandlerSettings> handlers, HostServices host);

    /**
     * What {@code davit config check} tells of settings that are not obvious in their effect, one line each. Looks at
     * nothing but the settings and the environment.
     */
    default List<String> effects(Record settings) {
        return List.of();
    }

    /** What {@code davit doctor} says of this host; changes nothing and never throws. */
    List<Finding> diagnose(Record settings, HostServices host);
}
