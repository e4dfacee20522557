package io.davit.backend.oci.host;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first two numbers of a kernel's release. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    public static KernelVersion running() {
        return parse(System.getProperty("os.version"));
    }

    /** Reads "6.18.44" or "4.8"; what has no two numbers counts as 0.0. */
    public static KernelVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) return new KernelVersion(0, 0);
        return new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    public boolean atLeast(KernelVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }
}
