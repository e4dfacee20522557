package io.davit.backend.oci.host;

import io.davit.core.domain.Fault;
import io.davit.core.domain.SelinuxOption;
import java.util.regex.Pattern;

/**
 * An SELinux security context; the text of it is user:role:type:level.
 *
 * @param level may have colons
 */
record SelinuxContext(String user, String role, String type, String level) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern LEVEL = Pattern.compile("[A-Za-z0-9_.,:-]*");
    private static final int PARTS = 4;

    /** @throws IllegalArgumentException if it has no three names and a level */
    static SelinuxContext parse(String text) {
        String[] parts = text.split(":", PARTS);
        if (parts.length < PARTS) throw new IllegalArgumentException("no SELinux context: '" + text + "'");
        return new SelinuxContext(parts[0], parts[1], parts[2], parts[3]);
    }

    /** With the parts that were asked for. */
    SelinuxContext with(SelinuxOption option) {
        return new SelinuxContext(
                name("user", option.user(), user),
                name("role", option.role(), role),
                name("type", option.type(), type),
                checked("level", LEVEL, option.level(), level));
    }

    /** With the parts that files have from who uses them: theirs is a type of its own (opencontainers/selinux, InitLabels). */
    SelinuxContext ofFilesOf(SelinuxContext process) {
        return new SelinuxContext(process.user, role, type, process.level);
    }

    SelinuxContext at(String other) {
        return new SelinuxContext(user, role, type, other);
    }

    private static String name(String field, String asked, String usual) {
        return checked(field, NAME, asked, usual);
    }

    private static String checked(String field, Pattern form, String asked, String usual) {
        if (asked.isEmpty()) return usual;
        if (form.matcher(asked).matches()) return asked;
        throw Fault.invalid(
                "linux.security_context.selinux_options." + field, "not a word of a context: '" + asked + "'");
    }

    @Override
    public String toString() {
        return String.join(":", user, role, type, level);
    }
}
