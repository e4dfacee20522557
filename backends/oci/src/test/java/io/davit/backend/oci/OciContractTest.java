package io.davit.backend.oci;

import io.davit.backend.oci.syscall.Mounts;
import io.davit.conformance.contract.BackendContract;
import io.davit.conformance.contract.TestImages;
import io.davit.conformance.registry.LoopbackRegistry;
import io.davit.conformance.registry.PublishedImage;
import io.davit.core.spi.Backend;
import io.davit.core.spi.HostServices;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("oci")
class OciContractTest extends BackendContract {
    private static final LoopbackRegistry registry = LoopbackRegistry.start();

    @BeforeAll
    static void publish() {
        registry.publish("shell", "1", PublishedImage.busybox("shell", List.of("sh")));
        registry.publish("other", "1", PublishedImage.busybox("other", List.of("sh")));
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    @Override
    protected Backend open(HostServices host) {
        return new OciProvider().open(TestSettings.of(host), List.of(), host);
    }

    @Override
    protected TestImages images() {
        // Nothing listens on port 1.
        return new TestImages(
                registry.host() + "/shell:1",
                registry.host() + "/other:1",
                registry.host() + "/nobody:1",
                "localhost:1/shell:1");
    }

    @Override
    protected List<String> leftovers(HostServices host) {
        // The image side keeps the directory of root file systems a mount of its own as long as the host is up.
        Mounts.detachAll(host.volatileDirectory().resolve("rootfs"));
        return Leftovers.of(host);
    }
}
