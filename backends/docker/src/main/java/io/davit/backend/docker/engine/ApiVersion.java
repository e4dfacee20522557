package io.davit.backend.docker.engine;

import io.davit.core.domain.Fault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Engine API, e.g. 1.41. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** Debian 12's Docker 20.10: the oldest that is tested. */
    public static final ApiVersion OLDEST = new ApiVersion(1, 41);
    /** Docker 28: the newest that this backend has a use for. Newer daemons serve it, too. */
    public static final ApiVersion NEWEST = new ApiVersion(1, 48);

    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})");

    public static ApiVersion parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) throw Fault.failed("read the version of the Engine API", "'" + text + "'");
        return new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /**
     * The version to speak with a daemon whose newest is {@code daemon}.
     *
     * @throws Fault Unsupported if the daemon is older than what this backend knows
     */
    public static ApiVersion negotiated(ApiVersion daemon) {
        if (daemon.compareTo(OLDEST) < 0) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "a Docker daemon with API " + daemon,
                    "at least " + OLDEST + " is needed; install Docker 20.10 or newer"));
        }
        return daemon.compareTo(NEWEST) < 0 ? daemon : NEWEST;
    }

    public boolean atLeast(int otherMajor, int otherMinor) {
        return compareTo(new ApiVersion(otherMajor, otherMinor)) >= 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
