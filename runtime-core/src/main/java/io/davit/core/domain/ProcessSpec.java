package io.davit.core.domain;

import java.util.List;

/**
 * The first process of a container, after the image's and the request's words were put together.
 *
 * @param arguments the whole argument vector, never empty
 * @param environment each name once, in order
 * @param workingDirectory absolute; made if it is missing
 */
public record ProcessSpec(List<String> arguments, List<EnvironmentVariable> environment, String workingDirectory) {
    public ProcessSpec {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }
}
