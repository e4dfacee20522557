package io.davit.core.operation;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.node.ImageLookup;
import io.davit.core.node.Node;
import io.davit.core.spi.Images;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings images in and out as archives, on the default backend. This is done by the daemon, which is told the bytes: it
 * alone knows what its stores hold at a moment and is under way to change, and a path would mean another file to it
 * than to whoever names it.
 */
public final class ArchiveImages {
    private final Node node;

    public ArchiveImages(Node node) {
        this.node = node;
    }

    /** @param name for an image that has none in the archive; may be empty */
    public List<Image> load(InputStream archive, String name) {
        return images().load(archive, name.isEmpty() ? List.of() : List.of(ImageReference.parse(name)));
    }

    /** @param wanted names or ids; an id means all tags of the image */
    public void save(List<String> wanted, OutputStream archive) throws IOException {
        if (wanted.isEmpty()) throw Fault.invalid("images", "none is named");
        List<ImageReference> names = new ArrayList<>();
        for (String text : wanted) names.addAll(names(text));
        images().save(names, archive);
    }

    private List<ImageReference> names(String text) {
        Image image = node.names()
                .resolve(images().list(), text)
                .orElseThrow(() -> new Fault(new Fault.Kind.Absent("image " + text, "davit images list shows all")));
        List<ImageReference> named = node.names().references(text).stream()
                .filter(reference -> ImageLookup.isCalled(image, reference))
                .toList();
        if (!named.isEmpty()) return named;
        List<String> all = image.repoTags().isEmpty() ? image.repoDigests() : image.repoTags();
        return all.stream().map(ImageReference::parse).toList();
    }

    private Images images() {
        return node.backends().forHandler(RuntimeHandler.DEFAULT).backend().images();
    }
}
