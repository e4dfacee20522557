package io.davit.backend.oci.files;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import java.util.Optional;
import java.util.function.Function;

/** Ids as names of files: what else lies in a directory is none of ours. */
public final class Ids {
    private Ids() {}

    public static Optional<SandboxId> sandbox(String name) {
        return parsed(name, SandboxId::new);
    }

    public static Optional<ContainerId> container(String name) {
        return parsed(name, ContainerId::new);
    }

    private static <T> Optional<T> parsed(String name, Function<String, T> constructor) {
        try {
            return Optional.of(constructor.apply(name));
        } catch (Fault _) {
            // Not an id: the constructor is the one place that knows their form.
            return Optional.empty();
        }
    }
}
