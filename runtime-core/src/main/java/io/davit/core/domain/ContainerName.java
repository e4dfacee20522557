package io.davit.core.domain;

/**
 * The key that is unique among the containers that exist (cri-api ContainerMetadata within one sandbox).
 *
 * @param attempt how often the kubelet has made this container anew; an unsigned 32 bit number
 */
public record ContainerName(SandboxId sandbox, String name, long attempt) {
    @Override
    public String toString() {
        return name + " (attempt " + attempt + ") in sandbox " + sandbox;
    }
}
