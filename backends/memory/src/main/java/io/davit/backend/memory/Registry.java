package io.davit.backend.memory;

import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageConfig;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the world outside offers to pull: images by name, and registries that do not answer. Thread-safe. */
public final class Registry {
    private static final long IMAGE_BYTES = 1_000_000;

    private final Map<String, Published> byTag = new LinkedHashMap<>();
    private final Set<String> unreachable = new HashSet<>();

    /** @param content two names with the same content and configuration are one image */
    private record Published(ImageReference name, String content, ImageConfig config) {
        ImageId id() {
            return new ImageId(digest("configuration of " + content + config));
        }

        Digest manifest() {
            return digest("manifest of " + content + config);
        }
    }

    /** Offers an image that differs from all others; a second time under the same name moves the tag. */
    public void publish(String name, ImageConfig config) {
        publish(name, name, config);
    }

    /** Offers an image; the same {@code content} and configuration under another name is the same image. */
    public synchronized void publish(String name, String content, ImageConfig config) {
        ImageReference reference = ImageReference.parse(name);
        byTag.put(reference.repoTag().orElseThrow(), new Published(reference, content, config));
    }

    /** Lets every pull from {@code host} fail, as if it was down. */
    public synchronized void unreachable(String host) {
        unreachable.add(host);
    }

    /** The digest under which {@code name} can be pulled. */
    public synchronized Digest digestOf(String name) {
        return lookUp(ImageReference.parse(name)).manifest();
    }

    /** @throws Fault RegistryUnavailable or Absent */
    synchronized Image fetch(ImageReference reference) {
        if (unreachable.contains(reference.registry())) {
            String why = reference.registry() + ": connection refused";
            throw new Fault(new Fault.Kind.KubeletReason(Fault.Reason.REGISTRY_UNAVAILABLE, why));
        }
        Published found = lookUp(reference);
        // A name with a tag and a digest gets the digest alone: the tag may have moved on since.
        List<String> tags = reference.digest().isPresent()
                ? List.of()
                : List.of(reference.repoTag().orElseThrow());
        List<String> digests = List.of(reference.repoDigest(found.manifest()));
        return new Image(found.id(), tags, digests, IMAGE_BYTES, found.config(), false);
    }

    private Published lookUp(ImageReference reference) {
        Optional<Published> found = reference.digest().isPresent()
                ? byTag.values().stream()
                        .filter(image -> image.name().name().equals(reference.name()))
                        .filter(image ->
                                image.manifest().equals(reference.digest().orElseThrow()))
                        .findFirst()
                : reference.repoTag().map(byTag::get);
        return found.orElseThrow(() -> new Fault(new Fault.Kind.Absent("image " + reference)));
    }

    private static Digest digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new Digest("sha256", HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
