package io.davit.backend.oci;

import io.davit.backend.oci.image.ImageSettings;
import io.davit.core.spi.HostServices;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The settings of tests: defaults, but for a cgroup of their own. */
final class TestSettings {
    private TestSettings() {}

    /** A cgroup of the test's own, the same whenever the backend is opened on these directories. */
    static String cgroupParent(HostServices host) {
        return "/davit-test-" + Integer.toHexString(host.volatileDirectory().hashCode());
    }

    static OciSettings of(HostServices host) {
        return of(host, 0);
    }

    static OciSettings of(HostServices host, long logBytesMax) {
        String[] runtimes =
                System.getProperty("davit.test.runtimes", "crun,runc").split(",");
        return of(host, List.of(runtimes), logBytesMax);
    }

    static OciSettings of(HostServices host, List<String> runtimes, long logBytesMax) {
        return new OciSettings(
                runtimes,
                "conmon",
                "catatonit",
                OciSettings.DriverChoice.AUTO,
                cgroupParent(host),
                64L << 20,
                true,
                true,
                List.of(host.volatileDirectory().resolveSibling("cdi").toString()),
                Duration.ofSeconds(1),
                logBytesMax,
                0,
                ImageSettings.DEFAULTS,
                Map.of());
    }
}
