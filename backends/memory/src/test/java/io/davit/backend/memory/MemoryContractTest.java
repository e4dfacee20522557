package io.davit.backend.memory;

import io.davit.conformance.contract.BackendContract;
import io.davit.conformance.contract.Programs;
import io.davit.conformance.contract.TestImages;
import io.davit.core.domain.ImageConfig;
import io.davit.core.spi.Backend;
import io.davit.core.spi.HostServices;
import java.util.List;

class MemoryContractTest extends BackendContract {
    private final World world = new World();

    @Override
    protected Backend open(HostServices host) {
        world.registry().publish(images().present(), ImageConfig.EMPTY);
        world.registry().publish(images().other(), ImageConfig.EMPTY);
        world.registry().unreachable("unreachable.example");
        return new MemoryProvider(world, new Script())
                .open(new MemorySettings(List.of(), List.of(), false), List.of(), host);
    }

    @Override
    protected TestImages images() {
        return new TestImages(
                "registry.example/shell:1",
                "registry.example/other:1",
                "registry.example/nobody:1",
                "unreachable.example/shell:1");
    }

    @Override
    protected Programs programs() {
        return new MemoryPrograms();
    }

    @Override
    protected List<String> leftovers(HostServices host) {
        return world.objects();
    }
}
