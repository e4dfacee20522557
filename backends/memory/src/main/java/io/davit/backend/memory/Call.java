package io.davit.backend.memory;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.PullRequest;
import java.util.List;

/**
 * A call of the core, as it came in.
 *
 * @param object the id or the image name it is about; empty if it is about all
 */
public record Call(SpiMethod method, String object, List<Object> arguments) {
    public Call {
        arguments = List.copyOf(arguments);
    }

    static Call of(SpiMethod method, List<Object> arguments) {
        return new Call(method, object(arguments), arguments);
    }

    private static String object(List<Object> arguments) {
        // create and restore(sandbox, container, ...) are about the container, everything else about its first
        // argument.
        if (arguments.size() > 1 && arguments.get(1) instanceof ContainerSpec container) {
            return container.id().value();
        }
        if (arguments.isEmpty()) return "";
        return switch (arguments.getFirst()) {
            case SandboxSpec sandbox -> sandbox.id().value();
            case ExecSpec exec -> exec.container().value();
            case CheckpointRequest checkpoint -> checkpoint.sandbox().id().value();
            case PullRequest pull -> pull.reference().toString();
            case Object id -> id.toString();
        };
    }
}
