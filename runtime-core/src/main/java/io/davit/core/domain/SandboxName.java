package io.davit.core.domain;

/**
 * The key that is unique among the sandboxes that exist (cri-api PodSandboxMetadata).
 *
 * @param attempt how often the kubelet has made this sandbox anew; an unsigned 32 bit number
 */
public record SandboxName(String name, String namespace, String uid, long attempt) {
    @Override
    public String toString() {
        return namespace + "/" + name + " (uid " + uid + ", attempt " + attempt + ")";
    }
}
