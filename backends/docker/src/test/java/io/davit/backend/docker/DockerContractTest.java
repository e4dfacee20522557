package io.davit.backend.docker;

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

@Tag("docker")
class DockerContractTest extends BackendContract {
    private static final LoopbackRegistry registry = LoopbackRegistry.start();
    private static final PlainFront front = PlainFront.of(registry.host());

    @BeforeAll
    static void publish() {
        registry.publish("shell", "1", PublishedImage.busybox("shell", List.of("sh")));
        registry.publish("other", "1", PublishedImage.busybox("other", List.of("sh")));
    }

    @AfterAll
    static void close() {
        front.close();
        registry.close();
    }

    @Override
    protected Backend open(HostServices host) {
        return new DockerProvider().open(TestDaemon.settings(host), List.of(), host);
    }

    @Override
    protected TestImages images() {
        // Nothing listens on port 1.
        return new TestImages(
                front.host() + "/shell:1",
                front.host() + "/other:1",
                front.host() + "/nobody:1",
                "localhost:1/shell:1");
    }

    @Override
    protected List<String> leftovers(HostServices host) {
        return Leftovers.of(host);
    }
}
