package io.davit.core.domain;

import java.util.List;
import java.util.Map;

/**
 * What an image says about the process it wants (OCI image-spec config).
 *
 * @param environment in the form NAME=value, in order
 * @param user as written: name or uid, with an optional group after a colon; may be empty
 * @param stopSignal as written; may be empty
 * @param volumes absolute paths inside the image
 */
public record ImageConfig(
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        String workingDirectory,
        String user,
        String stopSignal,
        List<String> volumes,
        Map<String, String> labels) {
    public static final ImageConfig EMPTY =
            new ImageConfig(List.of(), List.of(), List.of(), "", "", "", List.of(), Map.of());

    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = List.copyOf(environment);
        volumes = List.copyOf(volumes);
        labels = Map.copyOf(labels);
    }
}
