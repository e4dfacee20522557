package io.davit.backend.oci.cdi;

import io.davit.core.domain.Fault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device's full name, {@code vendor.com/class=device} (CDI SPEC.md, "Kind" and "Devices").
 *
 * @param kind vendor and class
 */
record CdiName(String kind, String device) {
    static final Pattern KIND =
            Pattern.compile("[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?/[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?");
    static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?");
    private static final Pattern NAME = Pattern.compile("(" + KIND + ")=(" + DEVICE + ")");

    /** @throws Fault InvalidRequest naming the device */
    static CdiName parse(String text) {
        Matcher matcher = NAME.matcher(text);
        if (matcher.matches()) return new CdiName(matcher.group(1), matcher.group(2));
        throw Fault.invalid("CDI_devices", "'" + text + "' is not of the form vendor.com/class=device");
    }

    @Override
    public String toString() {
        return kind + "=" + device;
    }
}
