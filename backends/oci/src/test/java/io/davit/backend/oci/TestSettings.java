package io.davit.backend.oci;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The settings of tests: defaults, but for a cgroup of their own. */
final class TestSettings {
    static final String CGROUP_PARENT = "/davit-oci-test";

    private TestSettings() {}

    static OciSettings standard() {
        return new OciSettings(
                List.of("crun", "runc"),
                "conmon",
                "catatonit",
                CGROUP_PARENT,
                64L << 20,
                true,
                true,
                Duration.ofSeconds(1),
                0,
                Map.of());
    }
}
