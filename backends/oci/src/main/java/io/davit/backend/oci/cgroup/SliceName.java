package io.davit.backend.oci.cgroup;

import java.util.regex.Pattern;

/** Names of systemd's slices, which tell their place: a-b.slice is in a.slice (systemd.slice(5)). */
final class SliceName {
    static final String ENDING = ".slice";

    // systemd.unit(5), with at least one part and none of them empty.
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9:_.\\\\]+(-[A-Za-z0-9:_.\\\\]+)*\\.slice");
    private static final int BYTES_MAX = 255;

    private SliceName() {}

    static boolean isOne(String name) {
        return name.length() <= BYTES_MAX && FORM.matcher(name).matches();
    }

    /** The slice for a path of the configuration: /a/b is a-b.slice; what ends as a slice stays as it is. */
    static String ofPath(String path) {
        String name = path.substring(1).replace('/', '-');
        return name.endsWith(ENDING) ? path.substring(path.lastIndexOf('/') + 1) : name + ENDING;
    }

    /** The absolute path of its control group. */
    static String path(String slice) {
        String name = slice.substring(0, slice.length() - ENDING.length());
        StringBuilder path = new StringBuilder();
        for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
            path.append('/').append(name, 0, dash).append(ENDING);
        }
        return path.append('/').append(slice).toString();
    }
}
