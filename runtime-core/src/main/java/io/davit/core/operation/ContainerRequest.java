package io.davit.core.operation;

import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Device;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Mount;
import io.davit.core.domain.Resources;
import io.davit.core.domain.Signal;
import io.davit.core.domain.StdioMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as a client asks for it, before its image was looked at.
 *
 * @param command takes the place of the image's entrypoint; empty leaves it
 * @param arguments take the place of the image's command; empty leaves it, unless {@code command} is given
 * @param logPath below the sandbox's log directory; empty discards the output
 * @param security a {@code RunAs.FromImage} in it has no user yet
 */
public record ContainerRequest(
        String name,
        long attempt,
        ImageSpec image,
        List<String> command,
        List<String> arguments,
        String workingDirectory,
        List<EnvironmentVariable> environment,
        List<Mount> mounts,
        List<Device> devices,
        List<String> cdiDevices,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        StdioMode stdio,
        Resources resources,
        ContainerSecurity security,
        Optional<Signal> stopSignal) {
    public ContainerRequest {
        command = List.copyOf(command);
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        cdiDevices = List.copyOf(cdiDevices);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
